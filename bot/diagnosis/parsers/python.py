"""Reads unittest, mypy and pip."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_SAID = re.compile(
    r"^((?:[\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Timeout|Failure)\w*)(?:: .*)?)$", re.MULTILINE
)

PARSER = reader_of(
    "python",
    signs=("FAIL: ", "ERROR: ", "error: ", "SyntaxError", "ResolutionImpossible"),
    forms=(
        Form(
            head=re.compile(r"^(?:FAIL|ERROR): (?P<test>\w+ \([\w.]+\)|\w+ \([\w.]+\.\w+\)|[\w.]+\.test\w+)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^={20,}|^Ran \d+ test|^(?:FAIL|ERROR): "),
            blanks=2,
            says=_SAID,
        ),
        Form(
            head=re.compile(
                r"^\s*ERROR: (?P<message>(?:Could not find a version|No matching distribution|Cannot install|"
                r"ResolutionImpossible|Failed building wheel|Could not build wheels|Failed to build|.*conflicting dependencies|"
                r".*requires a different Python|Invalid requirement|.*subprocess-exited-with-error).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s*(?:ERROR: |The conflict is caused|\S.* depends on )"),
            blanks=1,
            places=0,
        ),
    ),
)
