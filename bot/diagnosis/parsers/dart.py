"""Reads the failures of Dart and Flutter tests and of their analyser."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "dart",
    signs=(" [E]", " • "),
    forms=(
        Form(
            head=re.compile(
                r"^\d\d:\d\d \+\d+(?: ~\d+)? -\d+: (?:(?:loading )?\S+\.dart: )?(?P<test>.+) \[E\]$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            until=re.compile(r" [•-] "),
            blanks=1,
            says=re.compile(r"\[E\]\n\s+(\S.*)"),
        ),
        Form(
            head=re.compile(
                r"^\s*(?:error|warning) [•-] (?P<message>.+?) [•-] (?P<path>\S+\.dart):(?P<line>\d+):(?P<column>\d+) [•-] \w+"
            ),
            cause=Cause.LINT,
        ),
    ),
)
