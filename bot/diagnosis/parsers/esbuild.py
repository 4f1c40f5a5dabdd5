"""Reads the errors of esbuild, also within the tools built on it."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "esbuild",
    signs=("[ERROR] ", ": error: "),
    landmarks=("✘ [ERROR]",),
    forms=(
        Form(
            head=re.compile(r"^\s*[✘X] \[ERROR\] (?P<message>.+)$"),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=re.compile(r"^\s*[✘▲X] \[|^\d+ (?:errors?|warnings?)\b|^\s+at |^npm "),
            blanks=1,
            most=10,
        ),
        Form(  # before 0.14
            head=re.compile(r"^ > (?P<path>\S+):(?P<line>\d+):(?P<column>\d+): error: (?P<message>.+)$"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\d* *[│╵]"),
        ),
    ),
)
