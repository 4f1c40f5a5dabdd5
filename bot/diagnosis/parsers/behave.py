"""Reads the failing scenarios of behave."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_SCENARIOS = Count(
    sign=" scenario",
    line=re.compile(
        r"^(?P<passed>\d+) scenarios? passed, (?P<failed>\d+) failed(?:, (?P<errors>\d+) error)?, (?P<skipped>\d+) skipped"
    ),
)

PARSER = reader_of(
    "behave",
    signs=("Failing scenarios:", "Errored scenarios:", " scenarios passed", " scenario passed"),
    forms=(
        Form(
            head=re.compile(
                r"^\s*Scenario(?: Outline)?: (?P<test>\S.*?)\s+# (?P<path>\S+\.feature):(?P<line>\d+)$"
            ),
            cause=Cause.TEST,
            body=ALWAYS,
            until=re.compile(
                r"^\s*(?:Scenario(?: Outline)?|Feature|Rule|@\S+): |^(?:Failing|Errored) scenarios:|^You can implement"
            ),
            needs=re.compile(
                r"\n\s+(?:ASSERT FAILED|Assertion Failed|Traceback|ERROR:|\w+Error: )|# None(?:\n|$)"
            ),
            says=re.compile(r"\n\s+((?:ASSERT FAILED|Assertion Failed|ERROR|(?:\w+\.)*\w+Error): .*)"),
            most=40,
        ),
        Form(
            head=re.compile(r"^\s+(?P<path>\S+\.feature):(?P<line>\d+)  (?P<test>\S.*)$"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of("behave", _SCENARIOS),
)
