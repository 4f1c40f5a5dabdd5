"""Reads the differences that ruff format --check finds."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "ruff format",
    signs=("would be reformatted", "Would reformat"),
    forms=(
        Form(
            head=re.compile(r"^(?P<message>unformatted: File would be reformatted)$"),
            cause=Cause.FORMAT,
            body=re.compile(
                r"^\s*(?:-->|\d* ?\||- |\+ |\d+ [|+-]|\.\.\.|::: )|^\d+ files? would be reformatted"
            ),
            until=re.compile(r"^unformatted: "),
            blanks=1,
        ),
        Form(
            head=re.compile(r"^(?P<message>Would reformat: \S.*)$"),
            cause=Cause.FORMAT,
            body=re.compile(r"^Would reformat: \S|^\d+ files? would be reformatted"),
            blanks=1,
            places=0,
        ),
        Form(
            head=re.compile(r"^--- (?P<message>\S+\.(?:pyi?|ipynb|md)\b.*)$"),
            cause=Cause.FORMAT,
            body=re.compile(r"^(?:\+\+\+ |@@ |[-+ ]|\d+ files? would be reformatted)"),
            blanks=1,
            places=0,
            needs=re.compile(r"^--- (\S+)[^\n]*\n\+\+\+ \1[^\n]*\n@@ "),
        ),
    ),
)
