"""Reads the errors of Flow, the type checker of JavaScript."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "flow",
    signs=("Error --", "Error ┈┈"),
    forms=(
        Form(
            head=re.compile(r"^Error [-┈]{3,} (?P<path>\S+?):(?P<line>\d+)(?::(?P<column>\d+))?$"),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=re.compile(r"^Error [-┈]{3,} |^Found \d+ errors?|^References:"),
            blanks=2,
            most=12,
            says=re.compile(r"\n(\S.*)"),
        ),
    ),
)
