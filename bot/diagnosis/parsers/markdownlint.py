"""Reads what markdownlint and its two command line tools complain about."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "markdownlint",
    signs=(" MD0",),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<path>[^\s:][^:]*):\s?(?P<line>\d+)(?::(?P<column>\d+))?:? (?:error )?(?P<message>MD\d{3}\b.+)"
            ),
            cause=Cause.LINT,
        ),
    ),
)
