"""Reads the errors of Fortran compilers."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "fortran",
    signs=(".f90:", ".F90:", ".f:", ".F:", ".f95:", ".f03:", ".f08:", ".f90("),
    forms=(
        Form(
            head=re.compile(r"^(?P<path>\S+\.[fF]\w{0,2}):(?P<line>\d+):(?P<column>\d+):$"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(r"^\S+\.[fF]\w{0,2}:\d+:\d+:$"),
            most=10,
            needs=re.compile(r"\n(?:Fatal )?Error: "),
            says=re.compile(r"^(?:Fatal )?Error: (.+)", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+\.[fF]\w{0,2})\((?P<line>\d+)\): error #\d+: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*\S"),
            until=re.compile(r"^\S+\(\d+\): "),
            most=3,
        ),
    ),
)
