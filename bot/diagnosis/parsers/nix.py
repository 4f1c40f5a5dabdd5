"""Reads the errors of Nix: evaluation and builders that failed."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "nix",
    signs=("/nix/store/", ".nix:"),
    forms=(
        Form(
            head=re.compile(
                r"^\s*error: (?P<message>(?:builder for '/nix/store/|Cannot build '/nix/store/|build of '/nix/store/).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*error: (?P<message>(?:hash mismatch in fixed-output derivation|unable to download|cannot download).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+\S"),
            places=0,
        ),
        Form(
            head=re.compile(r"^\s*error:(?: (?P<message>.+))?$"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            needs=re.compile(r"\.nix:\d+"),
            says=re.compile(r"error:\s+((?!…)\S.*)"),
        ),
    ),
)
