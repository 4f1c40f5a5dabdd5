"""Reads the uncaught errors that end a Node.js program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.js_frames import sharpened
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_BODY = re.compile(r"\S")
_UNTIL = re.compile(r"^Node\.js v|^npm |^error Command|^\s+\[?(?:code|requireStack|url|cause)\]?: ")
_NEEDS = re.compile(r"\n\s+at |Error")
_SAYS = re.compile(r"^((?:Uncaught )?\[?(?:\w+\.)*\w*Error\b.*)", re.MULTILINE)
_FORMS = (
    Form(
        head=re.compile(r"^(?:file://)?(?P<path>(?!node:)\S+\.[cm]?[jt]sx?):(?P<line>\d+)$"),
        cause=Cause.UNKNOWN,
        body=_BODY,
        until=_UNTIL,
        blanks=2,
        most=16,
        needs=_NEEDS,
        says=_SAYS,
        rank=Rank.LIKELY,
    ),
    Form(
        head=re.compile(r"^(?:node:)?internal/\S+:\d+$"),
        cause=Cause.UNKNOWN,
        body=_BODY,
        until=_UNTIL,
        blanks=2,
        most=16,
        needs=_NEEDS,
        says=_SAYS,
        rank=Rank.LIKELY,
        places=0,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error that nothing caught."""
    yield from sharpened(log, read_forms(log, _FORMS))


PARSER = LogParser(
    name="node",
    signs=("throw ", "Node.js v", "node:internal", "internal/", "    at "),
    read=read,
)
