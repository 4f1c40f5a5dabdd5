"""Reads the errors and failed targets that Bazel reports."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "bazel",
    signs=("FAIL: //", "FAILED in ", "BUILD.bazel", "BUILD:"),
    forms=(
        Form(
            head=re.compile(
                r"^ERROR: (?P<path>\S*BUILD(?:\.bazel)?):(?P<line>\d+):(?P<column>\d+): (?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:Target|INFO|ERROR|WARNING|FAILED|Use --)\b"),
        ),
        Form(
            head=re.compile(r"^(?:\(\S+\) )?FAIL: (?P<test>//\S+)"), cause=Cause.TEST, rank=Rank.CONSEQUENCE
        ),
        Form(head=re.compile(r"^(?P<test>//\S+)\s+FAILED in .*"), cause=Cause.TEST, rank=Rank.CONSEQUENCE),
    ),
)
