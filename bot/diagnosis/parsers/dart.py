"""Reads the failures of Dart and Flutter: tests, analyser, formatter, compiler and pub."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "dart",
    signs=(" [E]", " • ", ".dart:", "version solving failed", "Changed "),
    landmarks=(" [E]",),
    forms=(
        Form(
            head=re.compile(
                r"^(?:\d\d:)?\d\d:\d\d \+\d+(?: ~\d+)? -\d+: (?:(?:loading )?\S+\.dart: )?(?P<test>.+) \[E\]$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            until=re.compile(r" [•-] "),
            blanks=1,
            says=re.compile(r"\[E\]\n\s+(\S.*(?:\n\s+Actual: .*)?)"),
        ),
        Form(
            head=re.compile(
                r"^\s*(?:error|warning) [•-] (?P<message>.+?) [•-] (?P<path>\S+\.dart):(?P<line>\d+):(?P<column>\d+) [•-] \w+"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(
                r"^\s*(?:error|warning|info) [•-] (?P<path>\S+\.dart):(?P<line>\d+):(?P<column>\d+) [•-] (?P<message>.+ [•-] \w+)"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+\.dart):(?P<line>\d+):(?P<column>\d+): Error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*\S"),
            until=re.compile(r"^\S+\.dart:\d+:\d+: "),
            most=5,
        ),
        Form(head=re.compile(r"^Changed (?P<message>\S+\.dart)$"), cause=Cause.FORMAT),
        Form(
            head=re.compile(
                r"^(?P<message>Because .* version solving failed\.|Because .*|.*version solving failed\.)$"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"\S"),
            most=12,
            needs=re.compile(r"version solving failed\."),
            places=0,
            rank=Rank.CONSEQUENCE,  # Poetry resolves in the same words
        ),
    ),
    suites=counts_of(
        "dart test",
        Count(
            sign=" -",
            line=re.compile(
                r"(?:\d\d:)?\d\d:\d\d \+(?P<passed>\d+)(?: ~(?P<skipped>\d+))? -(?P<failed>\d+): Some tests failed\."
            ),
            last=True,
        ),
        Count(
            sign="All tests passed!",
            line=re.compile(
                r"(?:\d\d:)?\d\d:\d\d \+(?P<passed>\d+)(?: ~(?P<skipped>\d+))?: All tests passed!"
            ),
            last=True,
        ),
    ),
)
