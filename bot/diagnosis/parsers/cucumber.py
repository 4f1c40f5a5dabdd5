"""Reads the failing scenarios of Cucumber and behave."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "cucumber",
    signs=("Failing Scenarios:", "Failing scenarios:", ".feature:"),
    forms=(
        Form(
            head=re.compile(
                r"^\s*(?:cucumber )?(?P<path>\S+\.feature):(?P<line>\d+)\s+(?:# )?(?:Scenario(?: Outline)?: )?(?P<test>\S.*)$"
            ),
            cause=Cause.TEST,
        ),
    ),
)
