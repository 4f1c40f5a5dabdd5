"""Reads the errors of PowerShell scripts and the failed tests of Pester."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_AT = re.compile(r"^At (?P<path>\S.*?):(?P<line>\d+) char:\d+$")
_RECORD = re.compile(r"^\s*\+ |^\s+\+|^\s*~+")
_FORMS = (
    Form(  # Pester
        head=re.compile(r"^\s*\[-\] (?P<test>\S.*?)(?: \d[\d.]*m?s(?: \([^)]*\))?)?$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s*\S"),
        until=re.compile(
            r"^\s*(?:\[[-+!?]\]|Describing |Context |Executing script|Tests (?:completed|Passed)|Running tests)"
        ),
        most=12,
        says=re.compile(r"\n\s*(\S.*)"),
        where=re.compile(r"(?:, |^\s*at |^)(?P<path>[^\s,:]+\.ps[m]?1):(?: line )?(?P<line>\d+)"),
    ),
    Form(  # PowerShell 7's concise view
        head=re.compile(r"^(?P<message>[\w-]+: (?P<path>\S.*?):(?P<line>\d+))$"),
        cause=Cause.UNKNOWN,
        body=re.compile(r"^Line \||^\s+(?:\d+ )?\|"),
        needs=re.compile(r"\nLine \|"),
        says=re.compile(r"^\s+\| +((?![~\s]).+)", re.MULTILINE),
        rank=Rank.LIKELY,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test and every error record of a script."""
    yield from read_forms(log, _FORMS)
    told: set[str] = set()
    for index, line in enumerate(log.lines):
        at = _AT.match(line.text)
        if at is None:
            continue
        above = next((place for place in log.upward(index, 2) if log.lines[place].text), index)
        message = log.lines[above].text.strip()
        if message not in told:
            told.add(message)
            yield Finding(
                cause=Cause.UNKNOWN,
                message=message,
                places=tuple(sorted({above, index, *_record(log, index)})),
                rank=Rank.CONSEQUENCE,
                locations=(location(at["path"], at["line"]),),
            )


def _record(log: Log, index: int) -> Iterator[int]:
    for place in log.downward(index, 12):
        text = log.lines[place].text
        if text and not _RECORD.match(text):
            return
        if text:
            yield place


PARSER = LogParser(
    name="powershell",
    signs=("[-] ", " char:", "Line |"),
    landmarks=("FullyQualifiedErrorId",),
    read=read,
    suites=counts_of(
        "pester",
        Count(
            sign="Passed: ",
            line=re.compile(
                r"(?:Tests )?Passed: (?P<passed>\d+),? Failed: (?P<failed>\d+),? Skipped: (?P<skipped>\d+)"
            ),
        ),
    ),
)
