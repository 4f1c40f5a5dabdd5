"""Reads what yamllint complains about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import NEVER, Form, read_forms
from bot.diagnosis.forms.rows import Rows, read_rows
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_STANDARD = Rows(
    head=re.compile(r"^(?P<path>\S[^:]*\.ya?ml)$"),
    row=re.compile(
        r"^\s+(?P<line>\d+):(?P<column>\d+)\s+(?:(?P<grave>error)|warning)\s+(?P<message>\S.* \([a-z-]+\))$"
    ),
    more=NEVER,
    cause=Cause.LINT,
)
_PARSABLE = (
    Form(
        head=re.compile(
            r"^(?P<path>[^\s:][^:]*\.ya?ml):(?P<line>\d+):(?P<column>\d+): \[error\] (?P<message>.+)$"
        ),
        cause=Cause.LINT,
    ),
)
_ANNOTATED = re.compile(r"^(?P<line>\d+):(?P<column>\d+) (?P<message>\[[a-z-]+\] .+)$")


def read(log: Log) -> Iterator[Finding]:
    """This function will find the errors of every file."""
    yield from read_rows(log, _STANDARD, warnings=False)
    yield from read_forms(log, _PARSABLE)
    yield from _annotated(log)


def _annotated(log: Log) -> Iterator[Finding]:
    """What it says inside Actions: a group for each file and workflow commands in it."""
    path = ""
    for index, line in enumerate(log.lines):
        if line.command == "group":
            path = line.text if line.text.endswith((".yml", ".yaml")) else ""
        elif path and line.command == "error" and (found := _ANNOTATED.match(line.text)) is not None:
            yield Finding(
                cause=Cause.LINT,
                message=found["message"],
                places=(index,),
                locations=(location(path, found["line"], found["column"]),),
            )


PARSER = LogParser(name="yamllint", signs=("  error  ", "[error] ", ".yml", ".yaml"), read=read)
