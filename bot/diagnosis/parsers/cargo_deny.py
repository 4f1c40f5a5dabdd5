"""Reads what cargo-deny forbids: advisories, bans, licenses and sources."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "cargo deny",
    signs=("┌─ ", " FAILED"),
    landmarks=("error[vulnerability]", "error[banned]", "error[rejected]"),
    forms=(
        Form(
            head=re.compile(r"^error\[(?!E\d{4}\])(?P<message>[a-z-]+\]: .+)"),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s*(?:[┌│├└╭╰┊=·]|\d+ [│┊])|^\s+\S"),
            most=14,
            at=re.compile(r"\n\s*┌─ (?P<path>/?[^\s:]+):(?P<line>\d+)"),
            says=re.compile(r"^error\[[a-z-]+\]: (.+)"),
            needs=re.compile(r"\n\s*[┌├]"),
        ),
        Form(
            head=re.compile(
                r"^(?P<message>(?:(?:advisories|bans|licenses|sources) (?:ok|FAILED)(?:, )?)*"
                r"(?:advisories|bans|licenses|sources) FAILED.*)$"
            ),
            cause=Cause.DEPENDENCY,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
    ),
)
