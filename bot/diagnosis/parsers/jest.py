"""Reads the failures that Jest reports."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_END = re.compile(
    r"^\s*● |^\s*(?:FAIL|PASS)\s|^(?:Test Suites|Tests|Snapshots|Time):|^\s*(?:Test|Snapshot) Summary|^-+\|-|^npm ERR!|"
    r"^Summary of all failing tests|^\s*[✓✕√×] "
)
_SAID = re.compile(
    r"^\s*((?:\w*(?:Error|Exception)\b.*|expect\(.*|Expected\b.*|thrown: .*|.*[Tt]imeout of .*))$",
    re.MULTILINE,
)

PARSER = reader_of(
    "jest",
    signs=("● ", "FAIL "),
    landmarks=("● ",),
    forms=(
        Form(
            head=re.compile(r"^\s*● (?P<message>Test suite failed to run)"),
            cause=Cause.TEST,
            body=ALWAYS,
            until=_END,
            blanks=2,
            says=re.compile(r"Test suite failed to run\n\s*(\S.*)"),
            above=re.compile(r"^\s*FAIL\s"),
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
    ),
)
