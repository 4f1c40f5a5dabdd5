"""Reads the failures of RSpec and minitest."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "rspec",
    signs=("Failure/Error:", "rspec ./", ") Failure:", ") Error:"),
    landmarks=("Failure/Error:",),
    forms=(
        Form(
            head=re.compile(r"^\s*\d+\) (?:Failure|Error):$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            says=re.compile(r":\n\S.*\n(.+)"),
            names=re.compile(r"^([\w:]+#\S+)", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^\s*\d+\) (?P<test>\S.*)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S|^\S.*(?:Error|Expected|Actual|\[\S+:\d+\])"),
            until=re.compile(r"^\s*\d+\) "),
            blanks=2,
            needs=re.compile(r"Failure/Error:"),
            says=re.compile(r"Failure/Error: .*\n\s+(\S.*)"),
        ),
        Form(
            head=re.compile(r"^rspec (?P<path>\./\S+?\.rb)(?::(?P<line>\d+))?(?:\[\S+\])? # (?P<test>.+)$"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
