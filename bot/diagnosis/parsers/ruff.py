"""Reads what ruff check complains about, in its full, concise, grouped and annotating output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_CODE = r"(?:[A-Z]{1,4}\d{3,4}|SyntaxError|invalid-syntax):? (?:\[[*-]\] )?"
_OWN = re.compile(r"^Found \d+ errors?(?:\.| \()|^\s*--> \S+:\d+:\d+$|^\[\*\] \d+ (?:potentially )?fixable")
_FORMS = (
    Form(
        head=re.compile(rf"^(?P<message>{_CODE}\S.*)$"),
        cause=Cause.LINT,
        body=re.compile(r"^\s*(?:-->|\d* ?\||\.\.\.|::: )"),  # how to mend it comes below
        needs=re.compile(r"\n\s*--> [^\n]+:\d+"),
    ),
    Form(
        head=re.compile(
            rf"^(?:::error [^\n]*?::)?(?P<path>[^\s:][^:]*?):(?P<line>\d+):(?P<column>\d+): (?P<message>{_CODE}\S.*)$"
        ),
        cause=Cause.LINT,
    ),
    Form(
        head=re.compile(
            r"^(?:error: |ruff failed$|warning: )?(?P<message>Failed to (?:parse|lint|read|load)\b.+)"
        ),
        cause=Cause.CONFIGURATION,
        body=re.compile(r"^\s+(?:Cause|\S)"),
        most=8,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every complaint, where the log shows that it was ruff's."""
    if any(_OWN.match(line.text) for line in log.lines) or "ruff" in log.failed_step:
        yield from read_forms(log, _FORMS)


PARSER = LogParser(name="ruff", signs=("--> ", "[*]", " error", "ruff"), read=read)
