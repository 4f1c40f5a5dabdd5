"""Reads the failures of Bats and shUnit2, where they do not speak TAP."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "bats",
    signs=("(in test file ", "ASSERT:"),
    landmarks=("(in test file ",),
    forms=(
        Form(
            head=re.compile(r"^(?:.{0,200}\d/\d+)? ✗ (?P<test>\S.*?)(?: \[\d+\])?$"),
            cause=Cause.TEST,
            body=re.compile(r"^ {3}"),
            needs=re.compile(r"\n\s+\((?:in test file|from function)"),
            says=re.compile(r"^\s+(`.*' failed.*)", re.MULTILINE),
            where=re.compile(r"in test file (?P<path>[^,]+), line (?P<line>\d+)"),
        ),
        Form(
            head=re.compile(r"^ASSERT:(?P<message>.+)"),
            cause=Cause.TEST,
            above=re.compile(r"^test\w+$"),
            names=re.compile(r"\A(test\w+)$", re.MULTILINE),
        ),
    ),
)
