"""Reads the failures of .NET builds and tests."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

# Anchored, for a path looked for everywhere in a long line takes long: project.csproj : error or File.cs(1,2): error
_PLACE = r"^\s*(?:\d+>)?(?P<path>[^\s(:]+(?::[\\/][^\s(:]+)?)(?:\((?P<line>\d+),(?P<column>\d+)\))?\s?"

PARSER = reader_of(
    "dotnet",
    signs=(
        "[FAIL]",
        "error CS",
        "error MSB",
        "error NU",
        "error NETSDK",
        "Error Message:",
        "Errors and Failures",
        "] Failed",
    ),
    landmarks=("[FAIL]",),
    forms=(
        Form(
            head=re.compile(r"^\s*(?:\[xUnit.net [^\]]*\]\s+)?(?P<test>[\w.+<>`]+\.\w+(?:\(.*\))?) \[FAIL\]"),
            cause=Cause.TEST,
            body=re.compile(r"^\s{6,}\S|^\[xUnit.net [^\]]*\]\s{6,}"),
            most=20,
            says=re.compile(r"\[FAIL\].*\n(?:\[xUnit.net [^\]]*\])?\s+(\S.*)"),
        ),
        Form(
            head=re.compile(r"^\s*(?:X|Failed) (?P<test>[\w.+ ]+(?:\(.*\))?) \[[^\]]*\]$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            says=re.compile(r"Error Message:\n\s*(\S.*)"),
        ),
        Form(
            head=re.compile(rf"{_PLACE}: error (?P<message>(?:NU|NETSDK)\d+: .+)"),
            cause=Cause.DEPENDENCY,
        ),
        Form(
            head=re.compile(rf"{_PLACE}: error (?P<message>(?:CS|MSB|BC|FS)\d+: .+)"),
            cause=Cause.COMPILE,
        ),
        Form(head=re.compile(r"^\s*error (?P<message>(?:NU|NETSDK)\d+: .+)"), cause=Cause.DEPENDENCY),
        Form(head=re.compile(r"^\s*error (?P<message>(?:CS|MSB|BC|FS)\d+: .+)"), cause=Cause.COMPILE),
    ),
)
