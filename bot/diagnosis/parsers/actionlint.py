"""Reads what actionlint complains about in workflows."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "actionlint",
    signs=(".yml:", ".yaml:"),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<path>[^\s:][^:]*\.ya?ml):(?P<line>\d+):(?P<column>\d+): (?P<message>\S.* \[[a-z-]+\])$"
            ),
            cause=Cause.LINT,
            body=re.compile(r"^\s*\d* \|"),
            most=4,
        ),
    ),
)
