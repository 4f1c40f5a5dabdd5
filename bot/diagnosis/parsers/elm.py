"""Reads the errors of the Elm compiler and the failures of elm-test."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "elm",
    signs=("-- ", "↓ "),
    forms=(
        Form(
            head=re.compile(r"^-- (?P<message>[A-Z][A-Z ]+[A-Z]) -{3,} (?P<path>\S+\.elm)$"),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=re.compile(r"^-- [A-Z]|^Detected "),
            blanks=1,
            says=re.compile(r"\n(\S.*)"),
        ),
        Form(
            head=re.compile(r"^✗ (?P<test>\S.*)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            above=re.compile(r"^↓ "),
        ),
    ),
    suites=counts_of(
        "elm-test",
        Count(
            sign="Passed: ", line=re.compile(r"Passed:\s+(?P<passed>\d+)\nFailed:\s+(?P<failed>\d+)"), span=2
        ),
    ),
)
