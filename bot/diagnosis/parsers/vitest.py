"""Reads the failures that Vitest reports."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "vitest",
    signs=(" FAIL  ", "⎯⎯"),
    landmarks=(" FAIL  ",),
    forms=(
        Form(
            head=re.compile(
                r"^\s*FAIL\s+(?:\|\S+\|\s+)?\S+\.[cm]?[jt]sx?(?:\s+>\s+(?P<test>.+)|\s+\[ .* \])$"
            ),
            cause=Cause.TEST,
            body=ALWAYS,
            until=re.compile(r"^⎯"),
            blanks=2,
            says=re.compile(r"^\s*(\w*Error: .*)$", re.MULTILINE),
            names=re.compile(r"^\s*FAIL\s+(?:\|\S+\|\s+)?\S+\.[cm]?[jt]sx?\s+>\s+(.+)$", re.MULTILINE),
        ),
    ),
)
