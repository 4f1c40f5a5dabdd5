"""Reads which files black --check would write anew."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "black",
    signs=("would reformat ", "error: cannot format ", "would be reformatted."),
    forms=(
        Form(
            head=re.compile(
                r"^error: cannot format (?P<path>[^\s:]+): (?P<message>.+?:? (?P<line>\d+):\d+.*)$"
            ),
            cause=Cause.FORMAT,
        ),
        Form(head=re.compile(r"^error: (?P<message>cannot format \S+: .+)$"), cause=Cause.FORMAT),
        Form(
            head=re.compile(r"^--- (?P<message>\S+)\t\d{4}-\d\d-\d\d \d\d:\d\d.*$"),
            cause=Cause.FORMAT,
            body=re.compile(r"^(?:\+\+\+ |@@ |[-+ ]|would reformat |Oh no! |\d+ files? would be)"),
            blanks=1,
            places=0,
            needs=re.compile(r"\nwould reformat "),
        ),
        Form(
            head=re.compile(r"^(?P<message>would reformat \S.*)$"),
            cause=Cause.FORMAT,
            body=re.compile(r"^would reformat \S|^Oh no! |^\d+ files? would be reformatted"),
            blanks=1,
            places=0,
        ),
    ),
)
