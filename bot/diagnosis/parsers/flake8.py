"""Reads what flake8, pycodestyle and pydocstyle complain about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_PATH = r"(?P<path>(?:[A-Za-z]:)?[^\s:]+\.(?:pyi?|pyx|pxd|ipynb))"
# ruff's concise output looks the same but ends so.
_RUFF = re.compile(r"^Found \d+ errors?(?:\.$| \()")
_FORMS = (
    Form(
        head=re.compile(rf"^{_PATH}:(?P<line>\d+):(?P<column>\d+): (?P<message>[A-Z]{{1,4}}\d{{2,4}} \S.*)$"),
        cause=Cause.LINT,
        body=re.compile(r"^\s*\^$|^ {4}\S"),
        most=3,
    ),
    Form(
        head=re.compile(rf"^{_PATH}:(?P<line>\d+) (?:at module level|in [^:]+):$"),
        cause=Cause.LINT,
        body=re.compile(r"^ {8}D\d{3}: "),
        says=re.compile(r"\n\s+(D\d{3}: .+)"),
        needs=re.compile(r"\n\s+D\d{3}: "),
        most=2,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every complaint, unless they are ruff's."""
    if not any(_RUFF.match(line.text) for line in log.lines):
        yield from read_forms(log, _FORMS)


PARSER = LogParser(name="flake8", signs=(".py:", ".pyi:", ".pyx:", ".pxd:", ".ipynb:"), read=read)
