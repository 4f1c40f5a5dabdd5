"""Reads what ESLint complains about, in its own words or through xo and other linters built on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import NEVER, Form, read_forms
from bot.diagnosis.forms.rows import Rows, read_rows
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_PATH = r"(?P<path>(?:/|\./|[A-Za-z]:\\)?[\w.@+()\[\]$ /\\-]*[\w\])]\.\w+)"
_STYLISH = Rows(
    head=re.compile(rf"^(?:\S+: )?{_PATH}$"),
    row=re.compile(
        r"^\s+(?P<line>\d+):(?P<column>\d+)\s+(?:(?P<grave>error|Error)|warning|Warning)[: ]\s*(?P<message>(?!.* \([a-z-]+\)$)\S.*)"
    ),
    more=re.compile(r"^\s{5,}\S"),
    cause=Cause.LINT,
)
_MARKED = Rows(  # xo, and next lint
    head=re.compile(rf"^\s*(?=\S){_PATH}(?::\d+:\d+)?$"),
    row=re.compile(r"^\s*(?:(?P<grave>[✖×])|[⚠‼])\s+(?P<line>\d+):(?P<column>\d+)\s+(?P<message>\S.*)"),
    more=NEVER,
    cause=Cause.LINT,
)
_TOO_MANY = re.compile(r"^ESLint found too many warnings|^\s*✖ \d+ problems? \(0 errors, ")
_FORMS = (
    Form(
        head=re.compile(r"^(?P<message>Oops! Something went wrong! :\()$"),
        cause=Cause.CONFIGURATION,
        body=re.compile(r"\S"),
        until=re.compile(r"^\s+at |^npm "),
        blanks=2,
        most=12,
        says=re.compile(r"\n((?!ESLint: )\S.+)", re.MULTILINE),
        places=0,
    ),
    Form(
        head=re.compile(rf"^{_PATH}:(?P<line>\d+):(?P<column>\d+): (?P<message>\S.* \[Error(?:/[^\]]+)?\])$"),
        cause=Cause.LINT,
    ),
    Form(
        head=re.compile(rf"^{_PATH}: line (?P<line>\d+), col (?P<column>\d+), Error - (?P<message>.+)$"),
        cause=Cause.LINT,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find the errors of every file; its warnings only where there were too many of them."""
    warnings = any(_TOO_MANY.match(line.text) for line in log.lines)
    for rows in (_STYLISH, _MARKED):
        yield from read_rows(log, rows, warnings=warnings)
    yield from read_forms(log, _FORMS)


PARSER = LogParser(
    name="eslint",
    signs=(" error ", " Error: ", "problem", "✖", "×", "[Error/", "Error - ", "Oops! Something went wrong!"),
    read=read,
)
