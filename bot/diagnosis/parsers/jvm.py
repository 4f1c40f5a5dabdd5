"""Reads stack traces of the Java virtual machine that end a program."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "jvm",
    signs=("Exception in thread", "Caused by: "),
    landmarks=("Exception in thread",),
    forms=(
        Form(
            head=re.compile(r"^(?:\[error\] )?Exception in thread \"[^\"]*\" (?P<message>\S.*)$"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^(?:\[error\] )?\s+at |^\s*Caused by: |^\s+\.\.\. \d+"),
            rank=Rank.LIKELY,
        ),
    ),
)
