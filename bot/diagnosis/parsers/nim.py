"""Reads the errors of the Nim compiler and the failures of its unittest."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_PLACE = r"(?P<path>\S+\.nims?)\((?P<line>\d+), (?P<column>\d+)\)"
_TEST = re.compile(r"^\s*\[FAILED\] (.+)", re.MULTILINE)

PARSER = reader_of(
    "nim",
    signs=(".nim(", ".nims(", "[FAILED]"),
    forms=(
        Form(
            head=re.compile(rf"^\s*{_PLACE}: (?P<message>Check failed: .*)"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            until=re.compile(r"^\s*\[(?:OK|Suite|SKIPPED)\]|Check failed: "),
            names=_TEST,
        ),
        Form(
            head=re.compile(r"^\s+Unhandled exception: (?P<message>.+)"),
            cause=Cause.TEST,
            body=re.compile(r"^\s*\[FAILED\]"),
            above=re.compile(r"^\S+\.nim\(\d+\)|^$"),
            names=_TEST,
            where=re.compile(r"^(?P<path>\S+\.nim)\((?P<line>\d+)\)"),
        ),
        Form(
            head=re.compile(rf"^{_PLACE} Error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S|^(?:expression|expected|first type mismatch|  )"),
            most=8,
        ),
        Form(
            head=re.compile(r"^\s*\[FAILED\] (?P<test>.+)"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
