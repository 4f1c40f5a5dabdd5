"""Reads the errors of the Kotlin compiler and of its linters ktlint and detekt."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_FILE = r"(?:file://)?(?P<path>(?:[A-Za-z]:)?[^\s:()]+\.kts?)"
_MORE = re.compile(r"^(?:e: )?\s+\S")

PARSER = reader_of(
    "kotlin",
    signs=(".kt:", ".kts:", ".kt ", "e: "),
    forms=(
        Form(
            head=re.compile(rf"^e: {_FILE}(?::(?P<line>\d+):(?P<column>\d+):? )(?P<message>.+)"),
            cause=Cause.COMPILE,
            body=_MORE,
            most=6,
        ),
        Form(
            head=re.compile(rf"^e: {_FILE}: \((?P<line>\d+), (?P<column>\d+)\): (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=_MORE,
            most=6,
        ),
        Form(
            head=re.compile(rf"^{_FILE}:(?P<line>\d+):(?P<column>\d+): error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*\S"),
            until=re.compile(r"^\S+\.kts?:\d+|^(?:warning|error|info): "),
            most=4,
        ),
        Form(
            head=re.compile(r"^e: (?P<message>(?!\S+\.kts?[: ])\S.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S"),
            most=6,
        ),
        Form(
            head=re.compile(
                rf"^\s*{_FILE}:(?P<line>\d+):(?P<column>\d+):? (?P<message>.+ (?:\((?:[\w-]+:)?[\w-]+\)|\[\w+\]))$"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>\w+ - .*\[.+\] at (?P<path>\S+\.kts?):(?P<line>\d+):(?P<column>\d+)).*$"
            ),
            cause=Cause.LINT,
        ),
    ),
)
