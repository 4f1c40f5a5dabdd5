"""Reads the failures of Julia's test sets."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "julia",
    signs=("Test Failed", "Error During Test", "ERROR: LoadError"),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<test>\S.*): (?:Test Failed|Error During Test)(?: at (?P<path>\S+?):(?P<line>\d+))?$"
                r"|^\s*(?P<message>Test Failed|Error During Test)\b"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            most=20,
            says=re.compile(r"^\s+((?:Expression|Evaluated|Test threw exception).*)$", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^ERROR: (?P<message>LoadError: .+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            most=12,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
