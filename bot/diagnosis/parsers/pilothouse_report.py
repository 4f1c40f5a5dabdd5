"""Reads what the last job of a workflow of the pack says of the jobs before it."""

from __future__ import annotations

import re

from bot.diagnosis.consequences import SUMS_UP
from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    SUMS_UP,
    signs=("not green: ",),
    landmarks=("##[error]not green: ",),
    forms=(
        Form(
            head=re.compile(r"^(?P<message>not green: \w[\w, -]*)$"),
            cause=Cause.UNKNOWN,
            command="error",
            places=0,
        ),
    ),
)
