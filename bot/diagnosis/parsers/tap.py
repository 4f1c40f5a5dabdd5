"""Reads failures in the Test Anything Protocol."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "tap",
    signs=("not ok ",),
    landmarks=("not ok ",),
    forms=(
        Form(
            # TAP's own directives: a test marked so is expected to fail (https://testanything.org).
            head=re.compile(r"^\s*not ok \d+(?: -)? ?(?P<test>(?!.*# (?:TODO|SKIP|todo|skip)).*)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S|^#"),
            until=re.compile(r"^\s*(?:not )?ok \d|^\s*\.\.\.$|^# Subtest"),
            says=re.compile(r"^\s*(?:error|message|failureType): [>|'\"-]*\s*(\S.*)$", re.MULTILINE),
        ),
    ),
)
