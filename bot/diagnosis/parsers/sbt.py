"""Reads sbt's compiler errors and the failures of ScalaTest and its like."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "sbt",
    signs=("[error]", "*** FAILED ***"),
    landmarks=("*** FAILED ***",),
    forms=(
        Form(
            head=re.compile(r"^(?:\[\w+\] )?\s*- (?P<test>.+?) \*\*\* FAILED \*\*\*"),
            cause=Cause.TEST,
            body=re.compile(r"^(?:\[\w+\] )?\s{2,}\S"),
            until=re.compile(r"^(?:\[\w+\] )?\s*- "),
            most=20,
            says=re.compile(r"FAILED \*\*\*.*\n(?:\[\w+\] )?\s+(\S.*)"),
        ),
        Form(
            head=re.compile(
                r"^\[error\] (?P<path>\S+\.(?:scala|java)):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\[error\] +\S"),
            until=re.compile(r"^\[error\] \S"),
            most=6,
        ),
        Form(
            head=re.compile(r"^\[error\] (?P<message>(?:Test|Failed tests?|Error during tests?)\b.*)"),
            cause=Cause.TEST,
            body=re.compile(r"^\[error\] +\S"),
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^\[error\] (?P<message>.*(?:unresolved dependency|not found: .*:|download failed).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\[error\] "),
        ),
    ),
)
