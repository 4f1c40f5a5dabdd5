"""Reads which files prettier --check would write anew or cannot read."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_PATH = r"[\w.@+()\[\]$/\\-]*[\w)\]]\.\w+"

PARSER = reader_of(
    "prettier",
    signs=("[warn] ", "[error] ", "Error occurred when checking code style", "Code style issues"),
    forms=(
        Form(
            head=re.compile(
                r"^\[error\] (?P<path>[^\s:]+): (?P<message>\S.* \((?P<line>\d+):(?P<column>\d+)\))$"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\[error\]\s+>?\s*\d* \|"),
        ),
        Form(head=re.compile(rf"^\[error\] (?P<message>{_PATH}(?:: .*)?)$"), cause=Cause.FORMAT, places=0),
        Form(
            head=re.compile(rf"^\[warn\] (?P<message>{_PATH})$"),
            cause=Cause.FORMAT,
            body=re.compile(
                rf"^\[warn\] (?:{_PATH}$|Code style issues)|^Code style issues|^Error occurred when checking"
            ),
            places=0,
        ),
        Form(  # before 2.0 the files stand there without a mark
            head=re.compile(r"^(?P<message>Code style issues found in the above file\(s\)\..*)$"),
            cause=Cause.FORMAT,
            above=re.compile(rf"^{_PATH}$"),
            needs=re.compile(r"\nCode style"),
            places=0,
        ),
    ),
)
