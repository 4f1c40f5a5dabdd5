"""Reads what Pylint complains about."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_PLACE = r"^(?P<path>[^\s:]+\.pyi?):(?P<line>\d+):(?:(?P<column>\d+):)?"

PARSER = reader_of(
    "pylint",
    signs=("************* Module", " (", "Your code has been rated"),
    forms=(
        Form(
            head=re.compile(rf"{_PLACE} (?P<message>[CWEFR]\d{{4}}: .+ \([a-z][a-z0-9-]+\))$"),
            cause=Cause.LINT,
            most=1,
        ),
        Form(
            head=re.compile(rf"{_PLACE} (?P<message>\[[CWEFR]\d{{4}}(?:\([a-z0-9-]+\))?,? ?[^\]]*\] .+)$"),
            cause=Cause.LINT,
        ),
        Form(
            # Pylint before 2.0
            head=re.compile(r"^(?P<message>[CWEFR]:\s*\d+,\s*\d+: .+ \([a-z][a-z0-9-]+\))$"),
            cause=Cause.LINT,
            places=0,
        ),
    ),
)
