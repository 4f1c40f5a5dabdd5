"""Reads the failures that Node.js's own test runner reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.js_frames import sharpened
from bot.diagnosis.forms.tap_counts import read_counts
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_FORMS = (
    # Node prints TAP's directive behind a test that is expected to fail (https://nodejs.org/api/test.html).
    Form(  # in the list at the end, where each failure names its place
        head=re.compile(r"^✖ (?!failing tests:)(?P<test>\S.*?) \([\d.]+ms\)(?! # (?:TODO|SKIP))$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S"),
        until=re.compile(r"^\s+(?:code|generatedMessage|failureType): |^\s+\}$"),
        blanks=2,
        above=re.compile(r"^test at \S+:\d+:\d+$"),
        needs=re.compile(r"^test at "),
        says=re.compile(r"\n\s+((?:\[?\w*Error|'test timed out|.*[Ee]rror).*)"),
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failure of the list at the end."""
    yield from sharpened(log, read_forms(log, _FORMS))


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end each run."""
    yield from read_counts(log, "node --test", "ℹ")


PARSER = LogParser(
    name="node --test",
    signs=("✖ failing tests:", "ℹ tests "),
    landmarks=("✖ failing tests:",),
    read=read,
    suites=suites,
)
