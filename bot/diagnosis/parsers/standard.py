"""Reads what JavaScript Standard Style complains about."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "standard",
    signs=("standard: ",),
    forms=(
        Form(
            head=re.compile(
                r"^\s+(?P<path>\S[^:]*\.\w+):(?P<line>\d+):(?P<column>\d+): (?P<message>(?!.*\(warning\)$)\S.*)$"
            ),
            cause=Cause.LINT,
            above=re.compile(r"^standard: "),
        ),
    ),
)
