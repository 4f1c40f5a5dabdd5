"""Reads the errors of docker build and BuildKit."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "docker",
    signs=("failed to solve", "returned a non-zero code"),
    landmarks=("failed to solve",),
    forms=(
        Form(
            head=re.compile(r"^#\d+ ERROR: (?P<message>.+)"),
            cause=Cause.UNKNOWN,
            above=re.compile(r"^#\d+ [\d.]+ "),
            says=re.compile(r"^#\d+ [\d.]+ (.+)\n#\d+ ERROR", re.MULTILINE),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<path>\S*Dockerfile\S*):(?P<line>\d+)$"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^-{4,}$|^\s*\d+ \|"),
            says=re.compile(r">>> (.+)"),
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^(?:ERROR: )?(?P<message>failed to solve: .*|The command '.*' returned a non-zero code: \d+)"
            ),
            cause=Cause.UNKNOWN,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
    ),
)
