"""Reads the failures of CTest, GoogleTest and Catch."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "ctest",
    signs=("The following tests FAILED", "[  FAILED  ]", ": Failure", "***Failed", "***Exception"),
    landmarks=("[  FAILED  ]",),
    forms=(
        Form(
            head=re.compile(r"^(?:\d+: )?(?P<path>\S+):(?P<line>\d+): Failure$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"\[  FAILED  \]|\[ RUN"),
            most=12,
            says=re.compile(r": Failure\n(?:\d+: )?(.+)"),
            above=re.compile(r"\[ RUN "),
            names=re.compile(r"\[ RUN      \] (\S+)"),
        ),
        Form(
            head=re.compile(r"^(?:\d+: )?\[  FAILED  \] (?P<test>[\w./]+\.[\w/]+)"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^\s*\d+ - (?P<test>\S+) \((?:Failed|SEGFAULT|Timeout|Child aborted|Not Run|SIG\w+|.*[Ee]xception.*|ILLEGAL|OTHER_FAULT)\)"
            ),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
