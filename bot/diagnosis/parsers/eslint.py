"""Reads what ESLint, Standard, stylelint and Prettier complain about."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_PATH = r"(?:/|\./|[A-Za-z]:\\)?[\w.@/\\-]+\.\w+"

PARSER = reader_of(
    "eslint",
    signs=(" error ", "[warn] ", "[error] ", "problem", "standard: ", " ✖ "),
    forms=(
        Form(
            head=re.compile(rf"^(?P<message>{_PATH})$"),
            cause=Cause.LINT,
            body=re.compile(r"^\s+\d+:\d+\s+(?:error|warning|[✖×⚠])\s|^\s{5,}\S"),
            needs=re.compile(r"\n\s+\d+:\d+\s+(?:error|✖|×)\s"),
            says=re.compile(r"\n\s+\d+:\d+\s+(?:error|✖|×)\s+(.+)"),
            places=0,
        ),
        Form(
            head=re.compile(r"^(?:\[warn\]|\[error\]) (?P<message>[\w.@/-]+\.\w+)(?:: .*)?$"),
            cause=Cause.FORMAT,
            body=re.compile(r"^\[(?:warn|error)\] "),
        ),
        Form(
            head=re.compile(rf"^\s+(?P<path>{_PATH}):(?P<line>\d+):(?P<column>\d+): (?P<message>\S.*)$"),
            cause=Cause.LINT,
            above=re.compile(r"^standard: "),
        ),
    ),
)
