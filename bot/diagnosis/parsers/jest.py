"""Reads the failures that Jest reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import ALWAYS, Form, read_forms
from bot.diagnosis.forms.js_frames import sharpened
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_END = re.compile(
    r"^\s*● |^\s*(?:FAIL|PASS)\s|^(?:Test Suites|Tests|Snapshots|Time):|^\s*(?:Test|Snapshot) Summary|^-+\|-|^npm ERR!|"
    r"^Summary of all failing tests|^\s*[✓✕√×] | › \d+ snapshots? (?:failed|obsolete|written)"
)
_SAID = re.compile(
    r"^\s*((?:\w*(?:Error|Exception)\b.*|expect\(.*|Expected\b.*|thrown: .*|.*[Tt]imeout of .*))$",
    re.MULTILINE,
)
_FORMS = (
    Form(
        head=re.compile(r"^\s*● (?P<message>Test suite failed to run)"),
        cause=Cause.TEST,
        body=ALWAYS,
        until=_END,
        blanks=2,
        says=re.compile(r"(?:Details:|Test suite failed to run)\n\s*((?!Jest encountered)\S.*)"),
        above=re.compile(r"^\s*FAIL\s"),
    ),
    Form(
        head=re.compile(r"^\s*● (?P<message>Validation Error):?$"),
        cause=Cause.CONFIGURATION,
        body=ALWAYS,
        until=_END,
        blanks=1,
        most=8,
        says=re.compile(r"Validation Error:?\n\s*(\S.*)"),
        places=0,
    ),
    Form(
        head=re.compile(r"^\s*● (?!Console|Validation|Deprecation|Cannot log)(?P<test>\S.*[^\s.…])$"),
        cause=Cause.TEST,
        body=ALWAYS,
        until=_END,
        blanks=2,
        says=_SAID,
        above=re.compile(r"^\s*FAIL\s"),
    ),
    Form(
        head=re.compile(r"^\s*(?P<message>FAIL\s+\S+\.[cm]?[jt]sx?\b.*)"),
        cause=Cause.TEST,
        body=ALWAYS,
        until=_END,
        blanks=1,
        needs=re.compile(r"Error\b|expect\("),
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(
            r"^Jest: (?P<message>.*(?:coverage threshold .* not met|Coverage for .* does not meet).*)$"
        ),
        cause=Cause.CONFIGURATION,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(r"^(?P<message>No tests found, exiting with code 1)$"),
        cause=Cause.CONFIGURATION,
        rank=Rank.CONSEQUENCE,
        body=re.compile(r"\S"),
        most=10,
        places=0,
    ),
)
_COUNTS = re.compile(r"^Tests:\s+(?:\d+ \w+, )*\d+ total")
_COUNT = re.compile(r"(\d+) (\w+)")
_TIME = re.compile(r"^Time:\s+(?:(?P<minutes>\d+) ?m(?:in)? ?)?(?P<seconds>[\d.]+) ?m?s")
_TIME_IN = 4  # lines below the counts


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test and every file that could not be run."""
    yield from sharpened(log, read_forms(log, _FORMS))


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end each run."""
    for index, line in enumerate(log.lines):
        if not line.text.startswith("Tests: ") or not _COUNTS.match(line.text):
            continue
        counts = {word: int(count) for count, word in _COUNT.findall(line.text)}
        times = (_TIME.match(log.lines[place].text) for place in log.downward(index, _TIME_IN))
        took = next((one for one in times if one is not None), None)
        yield SuiteResult(
            name="jest",
            passed=counts.get("passed", 0),
            failed=counts.get("failed", 0),
            skipped=counts.get("skipped", 0) + counts.get("todo", 0) + counts.get("pending", 0),
            seconds=60 * int(took["minutes"] or 0) + float(took["seconds"]) if took else None,
        )


PARSER = LogParser(
    name="jest",
    signs=("● ", "FAIL ", "Tests: ", "Jest: ", "No tests found, exiting"),
    landmarks=("● ",),
    read=read,
    suites=suites,
)
