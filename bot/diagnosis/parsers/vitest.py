"""Reads the failures that Vitest reports."""

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

_FILE = r"^\s*FAIL\s+(?:\|[^|\n]{1,80}\|\s+|[\w/@-]{1,80}(?: [\w/@-]{1,80})?\s+)?\S+\.[cm]?[jt]sx?"
_FORMS = (
    Form(
        head=re.compile(rf"{_FILE}(?:\s+>\s+(?P<test>.+)|\s+\[ .* \])$"),
        cause=Cause.TEST,
        body=ALWAYS,
        until=re.compile(r"^⎯"),
        blanks=2,
        says=re.compile(r"^\s*((?:\w*Error|AssertionError|Test timed out)\b.*)$", re.MULTILINE),
        names=re.compile(rf"{_FILE}\s+>\s+(.+)$", re.MULTILINE),
    ),
    Form(
        head=re.compile(r"^⎯+ (?P<message>Uncaught Exception|Unhandled Rejection|Unhandled Errors?) ⎯+$"),
        cause=Cause.TEST,
        body=ALWAYS,
        until=re.compile(r"^⎯|^This error originated in"),
        needs=re.compile(r"\n\w*Error\b"),
        blanks=1,
        most=15,
        says=re.compile(r"\n(\w*Error: .*)"),
        rank=Rank.CONSEQUENCE,
    ),
    Form(
        head=re.compile(r"^ERROR: (?P<message>Coverage for .* does not meet .*)$"),
        cause=Cause.CONFIGURATION,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(r"^(?P<message>No test files found, exiting with code 1)$"),
        cause=Cause.CONFIGURATION,
        body=re.compile(r"\S"),
        blanks=1,
        most=6,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
)
_COUNTS = re.compile(r"^\s*Tests  (?:no tests|(?:\d+ [a-z]+(?: \| )?)+ \(\d+\))")
_COUNT = re.compile(r"(\d+) (\w+)")
_TIME = re.compile(r"^\s*Duration  (?P<count>[\d.]+)(?P<unit>ms|s|m)\b")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_TIME_IN = 6  # lines below the counts


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test, every file that could not be run and what was thrown beside them."""
    yield from sharpened(log, read_forms(log, _FORMS))


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end each run."""
    for index, line in enumerate(log.lines):
        if " Tests  " not in line.text or not _COUNTS.match(line.text):
            continue
        counts = {word: int(count) for count, word in _COUNT.findall(line.text)}
        times = (_TIME.match(log.lines[place].text) for place in log.downward(index, _TIME_IN))
        took = next((one for one in times if one is not None), None)
        yield SuiteResult(
            name="vitest",
            passed=counts.get("passed", 0),
            failed=counts.get("failed", 0),
            skipped=counts.get("skipped", 0) + counts.get("todo", 0),
            seconds=round(float(took["count"]) * _UNITS[took["unit"]], 3) if took else None,
        )


PARSER = LogParser(
    name="vitest",
    signs=(" FAIL  ", "⎯⎯", " Tests  ", "No test files found", "Coverage for "),
    landmarks=(" FAIL  ",),
    read=read,
    suites=suites,
)
