"""Reads what stops a build by Vite."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "vite",
    signs=("error during build:", "Build failed in "),
    landmarks=("error during build:",),
    forms=(
        Form(
            head=re.compile(r"^error during build:$"),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=re.compile(r"^\s+at |^npm |^error Command|^\s*ELIFECYCLE"),
            blanks=1,
            says=re.compile(r"\n(?:RollupError: |Error: )?(.+)"),
        ),
        Form(
            head=re.compile(r"^failed to load config from (?P<message>.+)$"),
            cause=Cause.CONFIGURATION,
            places=0,
        ),
    ),
)
