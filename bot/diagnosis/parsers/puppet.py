"""Reads the errors of Puppet and puppet-lint and of Chef."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "puppet",
    signs=("Error: ", "(check: ", " - ERROR: ", " - WARNING: ", "Recipe Compile Error"),
    forms=(
        Form(
            head=re.compile(
                r"^Error: (?P<message>.*(?:Could not parse|Syntax error|Evaluation Error|Could not retrieve catalog).*?)"
                r"\(file: (?P<path>[^,]+), line: (?P<line>\d+)(?:, column: (?P<column>\d+))?\)"
            ),
            cause=Cause.COMPILE,
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+\.pp) - (?:ERROR|WARNING): (?P<message>.+) on line (?P<line>\d+)"),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(r"^(?:ERROR|WARNING): (?P<message>.+ on line \d+.* \(check: \w+\))$"),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(r"^\s*Recipe Compile Error in (?P<message>\S+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=1,
        ),
    ),
)
