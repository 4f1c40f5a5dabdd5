"""Reads what ShellCheck complains about."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "shellcheck",
    signs=("^-- SC", "-^ SC", "^ SC", "[SC"),
    landmarks=("^-- SC",),
    forms=(
        Form(
            head=re.compile(r"^In (?P<path>\S.*) line (?P<line>\d+):$"),
            cause=Cause.LINT,
            body=re.compile(r""),
            until=re.compile(r"^Did you mean:|^For more information:|^In .* line \d+:$"),
            needs=re.compile(r"\^-*\^? SC\d{4}"),
            says=re.compile(r"\^-*\^? (SC\d{4}.*)"),
            most=12,
        ),
        Form(
            head=re.compile(
                r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+): (?:note|warning|error): (?P<message>.+ \[SC\d{4}\])$"
            ),
            cause=Cause.LINT,
        ),
    ),
)
