"""Reads what stops a build by Rollup."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause

_UNTIL = re.compile(r"^\s+at |^\s+\[cause\]|^npm |^error Command")

PARSER = reader_of(
    "rollup",
    signs=("[!] ",),
    landmarks=("[!] ",),
    forms=(
        Form(
            head=re.compile(
                r"^\[!\] (?:\([^)]*\) )?(?:\w*Error: )?(?P<path>\S+) \((?P<line>\d+):(?P<column>\d+)\): (?P<message>.+)$"
            ),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=_UNTIL,
            most=10,
        ),
        Form(
            head=re.compile(r"^\[!\] (?:\([^)]*\) )?(?P<message>(?:\w*Error: )?\S.*)$"),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=_UNTIL,
            most=10,
        ),
    ),
)
