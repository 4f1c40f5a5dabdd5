"""Reads the offenses that RuboCop and its relatives report."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_OFFENSE = r"(?P<path>[\w@./+-]+):(?P<line>\d+):(?P<column>\d+): "

PARSER = reader_of(
    "rubocop",
    signs=(
        "offenses detected",
        "offense detected",
        ": C: ",
        ": W: ",
        ": E: ",
        ": F: ",
        "standard:",
        "Lint/",
        "Style/",
        "Layout/",
    ),
    forms=(
        Form(
            head=re.compile(rf"^{_OFFENSE}(?P<message>[CWEFR]: (?:\[\w+\] )?[A-Z]\w*/[\w/]+: .+)"),
            cause=Cause.LINT,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(r"^\S+:\d+:\d+: [CWEFR]: |^\d+ files? inspected|^Offenses:|^The following cops"),
            most=3,
        ),
        Form(
            head=re.compile(rf"^{_OFFENSE}(?P<message>[EF]: .*(?:Syntax|error).+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^\S+:\d+:\d+: [CWEFR]: |^\d+ files? inspected"),
            most=3,
        ),
        Form(
            head=re.compile(r"^(?P<message>(?:\[\w+\] )?[A-Z]\w+/[A-Z]\w+: .+)"),
            cause=Cause.LINT,
            command="error",
        ),
        Form(
            head=re.compile(rf"^\s+{_OFFENSE}(?P<message>(?:\[\w+\] )?[A-Z]\w*/[\w/]+: .+)"),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(r"^(?P<message>\d+ files? inspected, (?!no offenses).*offenses? detected.*)"),
            cause=Cause.LINT,
            rank=Rank.WRAPPER,
        ),
    ),
)
