"""Reads the errors of the TypeScript compiler."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_PATH = r"(?P<path>[^\s:()]+\.[cm]?[jt]sx?)"

PARSER = reader_of(
    "tsc",
    signs=("error TS", "TS2", "TS7", "TS1"),
    landmarks=("error TS",),
    forms=(
        Form(
            head=re.compile(
                rf"^(?:\[[^\]]*\]\s|\S+:\s)?\s*{_PATH}(?:\((?P<line>\d+),(?P<column>\d+)\):|:\d+:\d+ -) error (?P<message>TS\d+: .+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^  "),
            most=6,
        ),
        Form(head=re.compile(r"^\s*error (?P<message>TS\d+: .+)"), cause=Cause.COMPILE, places=0),
    ),
)
