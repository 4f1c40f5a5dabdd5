"""Reads the misspelt words that codespell finds."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "codespell",
    signs=(" ==> ",),
    forms=(
        Form(
            head=re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+): (?P<message>\S+ ==> \S.*)$"),
            cause=Cause.LINT,
        ),
    ),
)
