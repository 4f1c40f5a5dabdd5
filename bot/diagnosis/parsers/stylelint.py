"""Reads what Stylelint complains about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import NEVER
from bot.diagnosis.forms.rows import Rows, read_rows
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_ROWS = Rows(
    head=re.compile(r"^(?P<path>[\w.@+()\[\]$/\\-]+\.\w+)$"),
    row=re.compile(r"^\s+(?P<line>\d+):(?P<column>\d+)\s+(?:(?P<grave>[✖×])|[⚠‼ℹ])\s+(?P<message>\S.*)"),
    more=NEVER,
    cause=Cause.LINT,
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find the errors of every style sheet."""
    yield from read_rows(log, _ROWS, warnings=False)


PARSER = LogParser(name="stylelint", signs=("  ✖  ", "  ×  "), read=read)
