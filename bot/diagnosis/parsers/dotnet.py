"""Reads the failures of .NET builds and tests."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

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
            head=re.compile(
                r"^\s*(?:(?P<path>\S+?\.\w+)(?:\((?P<line>\d+),(?P<column>\d+)\))?\s?: )?error (?P<message>(?:NU|NETSDK)\d+: .+)"
            ),
            cause=Cause.DEPENDENCY,
        ),
        Form(
            head=re.compile(
                r"(?:(?P<path>\S+?\.\w+)(?:\((?P<line>\d+),(?P<column>\d+)\))?\s?: )?error (?P<message>(?:CS|MSB|BC|FS)\d+: .+)"
            ),
            cause=Cause.COMPILE,
        ),
    ),
)
