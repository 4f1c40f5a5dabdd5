"""Reads which files isort --check would sort anew."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "isort",
    signs=("Imports are incorrectly sorted",),
    forms=(
        Form(
            head=re.compile(
                r"^ERROR: (?P<message>\S.* Imports are incorrectly sorted(?: and/or formatted)?\.)$"
            ),
            cause=Cause.FORMAT,
            body=re.compile(r"^(?:--- |\+\+\+ |@@ |[-+ ])"),
            until=re.compile(r"^ERROR: "),
            blanks=1,
            places=0,
        ),
    ),
)
