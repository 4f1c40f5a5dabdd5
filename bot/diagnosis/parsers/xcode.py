"""Reads XCTest's and xcpretty's failures."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "xctest",
    signs=(": error: -[", "** TEST FAILED **", "** BUILD FAILED **", "Test Case '", "❌"),
    landmarks=(": error: -[",),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<path>/?\S+):(?P<line>\d+): error: -\[(?P<suite>\S+) (?P<test>\S+)\] : (?P<message>.+)"
            ),
            cause=Cause.TEST,
        ),
        Form(
            head=re.compile(r"^\s+(?P<test>\w+), (?P<message>.*\b(?:failed|expected|error)\b.*)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"❌|^\*\* "),
            blanks=1,
            most=12,
            above=re.compile(r"^\w+(?:\.\w+)*$|^$"),
            needs=re.compile(r"\n\s+\S+\.(?:swift|mm?|c|cpp):\d+"),
        ),
        Form(
            head=re.compile(r"^\s*❌\s+(?P<path>/?\S+?):(?P<line>\d+):(?P<column>\d+): (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=1,
            most=6,
        ),
    ),
)
