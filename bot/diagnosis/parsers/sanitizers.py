"""Reads the reports of AddressSanitizer and its relatives and of Valgrind."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "sanitizer",
    signs=("Sanitizer: ", "runtime error: ", "ERROR SUMMARY: "),
    landmarks=("Sanitizer: ", "runtime error: "),
    forms=(
        Form(
            head=re.compile(r"^(?:\S+ +\| )?==\d+==\s?(?:ERROR|WARNING): (?P<message>\w+Sanitizer: .+)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^SUMMARY: "),
            blanks=1,
        ),
        Form(
            head=re.compile(r"^WARNING: (?P<message>(?:Thread|Memory)Sanitizer: .+)"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+):(?P<line>\d+):(?P<column>\d+): runtime error: (?P<message>.+)"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+#\d"),
        ),
        Form(
            head=re.compile(
                r"^==\d+== (?P<message>Invalid (?:read|write|free).*|\d[\d,]* bytes .* definitely lost.*)"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^==\d+==\s{2,}"),
            most=12,
        ),
    ),
)
