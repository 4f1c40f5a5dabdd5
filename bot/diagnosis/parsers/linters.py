"""Reads linters that write `path:line: message` and have no parser of their own."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

# A parser of the tool itself goes before: the same line in its words.
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
        ": R",
        " line ",
        "longer than",
        "warning: ",
        "error: ",
        ".js:",
        ".ts:",
        ".jsx:",
        ".tsx:",
        ".coffee:",
    ),
    forms=(
        Form(
            head=re.compile(rf"{_PLACE}\s+\[?(?P<message>[A-Z]{{1,4}}\d{{2,5}}\b.+)"),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(rf"{_PLACE} (?P<message>[CWEFR]: .+)"),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
            body=re.compile(r"^\s+\S"),
            most=4,
        ),
        Form(
            head=re.compile(rf"{_PLACE}\s?(?:warning|error): (?P<message>.+ \(\w[\w/-]*\))$"),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^(?P<path>[\w.@/+-]+\.\w+):(?P<line>\d+) (?P<message>\S.* \((?:@?[\w-]+/)*[a-z][\w-]+\))$"
            ),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            # JSHint and its like
            head=re.compile(
                r"^(?P<path>[\w.@/+-]+\.\w+): line (?P<line>\d+), col (?P<column>\d+), (?P<message>\S.+)$"
            ),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            # TSLint
            head=re.compile(
                r"^\s*ERROR: (?:\([\w-]+\) )?(?P<path>[\w.@/+-]+\.\w+)(?:\[|:)(?P<line>\d+)(?:, |:)(?P<column>\d+)\]?(?: -|:) (?P<message>\S.+)$"
            ),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(rf"{_PLACE}\s*(?P<message>Line longer than .+)"),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
