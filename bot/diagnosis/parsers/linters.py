"""Reads linters and formatters that write one line for each place: flake8, ruff, pylint, rubocop, black and others."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_PLACE = r"^(?:\[\w+\] )?(?P<path>(?:\./|/)?[\w@+-][\w.@/+-]*\.\w+): ?(?P<line>\d+)(?::(?P<column>\d*))?:?"

PARSER = reader_of(
    "linter",
    signs=(
        ": E",
        ": W",
        ": F",
        ": C",
        ": D",
        ": N",
        ": B",
        "reformat",
        "MD0",
        " line ",
        "[*]",
        "-->",
        "SC1",
        "SC2",
        "longer than",
        "warning: ",
        "::error",
    ),
    forms=(
        Form(
            head=re.compile(rf"{_PLACE}\s+\[?(?P<message>(?:[A-Z]{{1,4}}\d{{2,5}}|MD\d{{3}})\b.+)"),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(rf"{_PLACE} (?P<message>[CWEFR]: .+)"),
            cause=Cause.LINT,
            body=re.compile(r"^\s+\S"),
            most=4,
        ),
        Form(
            head=re.compile(r"^(?P<message>[A-Z]{1,4}\d{3,4} (?:\[\*\] )?\S.+)$"),
            cause=Cause.LINT,
            body=re.compile(r"^\s*(?:-->|\d* ?\||help:|=|\.\.\.)"),
            needs=re.compile(r"\n\s*--> .+:\d+"),
        ),
        Form(head=re.compile(r"^(?:W|w)ould reformat:? (?P<message>\S.*)$"), cause=Cause.FORMAT, places=0),
        Form(
            head=re.compile(r"^In (?P<path>\S+) line (?P<line>\d+):$"),
            cause=Cause.LINT,
            body=re.compile(r"\S"),
            most=8,
        ),
        Form(
            head=re.compile(rf"{_PLACE}\s?(?:warning|error): (?P<message>.+ \(\w[\w/-]*\))$"),
            cause=Cause.LINT,
        ),
        Form(head=re.compile(rf"{_PLACE}\s*(?P<message>Line longer than .+)"), cause=Cause.LINT),
        Form(
            head=re.compile(
                r"^(?:::error .*?::)?(?P<path>[\w./-]+):(?P<line>\d+):(?P<column>\d+): (?P<message>\S+ .+)$"
            ),
            cause=Cause.LINT,
            needs=re.compile(r"^::error|: [A-Z]{1,4}\d{2,4} "),
        ),
    ),
)
