"""Reads the errors that mypy reports."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "mypy",
    signs=(": error: ", "errors prevented further checking", "mypy: "),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<path>(?:[A-Za-z]:)?[^\s:]+\.(?:pyi?|ipynb)):(?P<line>\d+)(?::(?P<column>\d+))?(?::\d+:\d+)?: "
                r"error: (?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            # --pretty goes on in the next line and shows the code; notes belong to the error above
            body=re.compile(r"^ {4}|: note: |^[^\s:]+(?: [^:]*)?\[[a-z-]+\]$|^\[[a-z-]+\]$"),
            most=8,
        ),
        Form(
            head=re.compile(r"^(?P<path>[^\s:]+\.pyi?): error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r": note: "),
            most=5,
        ),
        Form(
            head=re.compile(r"^mypy: (?P<message>(?:can't|error|\S+: )\b.*)"),
            cause=Cause.CONFIGURATION,
        ),
    ),
)
