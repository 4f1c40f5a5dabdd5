"""Reads which sessions of nox failed, and why one could not be run."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "nox",
    signs=("nox > ",),
    forms=(
        Form(
            head=re.compile(r"^nox > (?P<message>Session .+ failed: Python interpreter .+ not found\.)$"),
            cause=Cause.CONFIGURATION,
        ),
        Form(head=re.compile(r"^nox > (?P<message>Program .+ not found\.)$"), cause=Cause.CONFIGURATION),
        Form(
            head=re.compile(r"^nox > Session .+ aborted: (?P<message>.+)$"),
            cause=Cause.UNKNOWN,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(r"^nox > (?P<message>Session .+ raised exception .+)$"),
            cause=Cause.CONFIGURATION,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^nox > (?P<message>Command .+ failed with exit code -?\d+:?|Session \S+ failed\.|\* .+: failed)$"
            ),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^nox > (?:Session \S+ failed\.|\* .+: failed)"),
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)
