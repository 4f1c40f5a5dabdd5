"""Reads failures in the Test Anything Protocol."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.blocks import Form, read_forms
from bot.diagnosis.js_frames import sharpened
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.tap_counts import read_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log
    from bot.diagnosis.model import SuiteResult

# TAP's own directives: a test marked so is expected to fail (https://testanything.org).
_HEAD = r"^\s*not ok \d+(?: -)? ?(?P<test>(?!.*# (?:TODO|SKIP|todo|skip)\b).*?)(?: # time=.*)?$"
_UNTIL = re.compile(r"^\s*(?:not )?ok \d|^\s*\.\.\.$|^\s*# Subtest|^\s*\d+\.\.\d+$")
_FORMS = (
    Form(
        head=re.compile(_HEAD),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S|^#"),
        until=_UNTIL,
        blanks=1,
        says=re.compile(r"^\s*(?:error|message): (?:[>|][-+]?\n\s*|['\"]?)(\S.*?)['\"]?$", re.MULTILINE),
    ),
    Form(head=re.compile(r"^\s*Bail out! +(?P<message>\S.*)$"), cause=Cause.TEST),
)
_NOT_OK = re.compile(_HEAD)
_SUBTEST = re.compile(r"^\s*# Subtest: (?P<test>\S.*)$")
_FARTHEST = 2_000  # lines between a test and the suites it is in


def read(log: Log) -> Iterator[Finding]:
    """This function will find every test that is not ok, unless it is expected or only so for those in it."""
    for finding in sharpened(log, read_forms(log, _FORMS)):
        head = finding.places[0]
        if finding.tests and not _is_parent(log, head):
            yield replace(finding, tests=(" > ".join((*_suites_of(log, head), *finding.tests)),))
        elif not finding.tests:
            yield finding


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _is_parent(log: Log, head: int) -> bool:
    """Whether an indented test above, which belongs to this one, is not ok."""
    margin = _indent(log.lines[head].text)
    for place in log.upward(head, _FARTHEST):
        text = log.lines[place].text
        if text.strip() and _indent(text) <= margin:
            return False
        if _NOT_OK.match(text):
            return True
    return False


def _suites_of(log: Log, head: int) -> list[str]:
    """The titles of the suites a test is in, the outermost first."""
    margin = _indent(log.lines[head].text)
    titles: list[str] = []
    for place in log.upward(head, _FARTHEST if margin else 0):
        found = _SUBTEST.match(log.lines[place].text)
        if found is not None and _indent(found[0]) < margin:
            margin = _indent(found[0])
            titles.insert(0, found["test"])
    return titles


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end each run."""
    yield from read_counts(log, "tap", "#")


PARSER = LogParser(
    name="tap",
    signs=("not ok ", "Bail out!", "# tests "),
    landmarks=("not ok ",),
    read=read,
    suites=suites,
)
