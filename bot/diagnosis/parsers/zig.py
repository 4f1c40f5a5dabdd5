"""Reads the failed tests and the compiler errors of Zig."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "zig",
    signs=("...FAIL", "... FAIL", ".zig:", "error: '"),
    forms=(
        Form(
            head=re.compile(r"^error: '(?P<test>[^']+)' failed: (?P<message>.+)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^error: |^\d+/\d+ "),
            most=14,
        ),
        Form(
            head=re.compile(
                r"^(?:Test \[)?\d+/\d+\]? (?P<test>\S.*?)\s?\.\.\.\s?(?!OK|SKIP)(?P<message>.+)$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:Test \[)?\d+/\d+\]? |^\d+ passed"),
            needs=re.compile(r"\bFAIL \("),
            where=re.compile(r"^(?P<path>\S+\.zig):(?P<line>\d+):\d+: 0x[0-9a-f]+ in test"),
            most=24,
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+\.zig):(?P<line>\d+):(?P<column>\d+): error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^\S+\.zig:\d+:\d+: error"),
            most=8,
        ),
        Form(
            head=re.compile(r"^error: (?P<message>the following (?:build|test) command failed.*)"),
            cause=Cause.UNKNOWN,
            rank=Rank.WRAPPER,
        ),
    ),
    suites=counts_of(
        "zig test",
        Count(
            sign=" passed; ",
            line=re.compile(r"(?P<passed>\d+) passed; (?P<skipped>\d+) skipped; (?P<failed>\d+) failed\."),
        ),
    ),
)
