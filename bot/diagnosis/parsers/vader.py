"""Reads the failures of Vim's test tools Vader and themis."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "vader",
    signs=("] (X) ", "Vader error"),
    landmarks=("] (X) ",),
    forms=(
        Form(
            head=re.compile(r"^\s*\(\s*\d+/\s*\d+\) \[\s*\w+\s*\] \(X\) (?P<message>.+)"),
            cause=Cause.TEST,
            names=re.compile(r"\[EXECUTE\] (?!\(X\))(\S.*)\n.*\(X\)"),
            body=re.compile(r"^\s+[->]|^\s{6,}\S"),
            until=re.compile(r"^\s*\(\s*\d+/"),
            above=re.compile(r"^\s*\(\s*\d+/\s*\d+\) \[\s*(?:GIVEN|DO|EXECUTE|THEN|EXPECT)\s*\] (?!\(X\))"),
        ),
    ),
    suites=counts_of(
        "vader",
        Count(
            sign="Success/Total: ",
            line=re.compile(r"Success/Total: (?P<passed>\d+)/(?P<total>\d+)"),
            last=True,
        ),
    ),
)
