"""Reads the errors of the Haxe compiler."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "haxe",
    signs=(".hx:",),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<path>[^\s:]+\.hx):(?P<line>\d+): (?:characters (?P<column>\d+)-\d+|lines \d+-\d+) : (?!Warning)(?!\.\.\. )(?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\S+\.hx:\d+: .* : \.\.\. "),
        ),
    ),
)
