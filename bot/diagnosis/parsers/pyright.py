"""Reads the errors that pyright and basedpyright report."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "pyright",
    signs=(" - error: ",),
    landmarks=(" - error: ",),
    forms=(
        Form(
            head=re.compile(
                r"^\s+(?P<path>\S.*?\.pyi?):(?P<line>\d+):(?P<column>\d+) - error: (?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s{4,}\S"),
            until=re.compile(r":\d+:\d+ - (?:error|warning|information): "),
            most=8,
        ),
    ),
)
