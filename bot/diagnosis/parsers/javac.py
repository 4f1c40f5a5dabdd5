"""Reads the errors of javac, plain or through Ant, and of Eclipse's compiler."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TAG = r"^(?:\s*\[javac\] )?"

PARSER = reader_of(
    "javac",
    signs=(".java:", "error: ", " ERROR in "),
    forms=(
        Form(
            head=re.compile(rf"{_TAG}(?P<path>\S+\.java):(?P<line>\d+): error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(
                rf"{_TAG}(?:\S+\.java:\d+: (?:error|warning): |\d+ (?:errors?|warnings?)$|Note: |error: )|^> Task|^FAILURE|^\* "
            ),
            most=10,
        ),
        Form(
            head=re.compile(
                rf"{_TAG}error: (?P<message>warnings found and -Werror specified|(?:invalid (?:target|source) release|"
                r"release version \S+ not supported|no source files|Class names, .* are only accepted|module not found|"
                r"cannot access|Annotation processor .* not found).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S"),
            most=4,
        ),
        Form(
            head=re.compile(
                r"^\s*(?:\[javac\] )?\d+\. ERROR in (?P<path>\S+\.java) \(at line (?P<line>\d+)\)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^\s*(?:\[javac\] )?(?:-{5,}|\d+\. (?:ERROR|WARNING) in )"),
            most=6,
            says=re.compile(r"\^+\n\s*(?:\[javac\] )?(\S.*)"),
        ),
        Form(
            head=re.compile(
                r"^(?P<path>\S+/build\S*\.xml):(?P<line>\d+): (?P<message>.+)"
            ),  # Ant's last word
            cause=Cause.UNKNOWN,
            above=re.compile(r"^BUILD FAILED$"),
            body=re.compile(r"\S"),
            until=re.compile(r"^Total time"),
            most=6,
            rank=Rank.LIKELY,
        ),
    ),
)
