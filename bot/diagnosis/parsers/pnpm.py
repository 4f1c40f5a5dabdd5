"""Reads the errors of pnpm: what cannot be resolved, fetched or run."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_BODY = re.compile(r"\S")
_UNTIL = re.compile(r"^\s*\[?(?:ELIFECYCLE|WARN|ERR_PNPM_)|^Progress: ")

PARSER = reader_of(
    "pnpm",
    signs=("ERR_PNPM", " ELIFECYCLE"),
    landmarks=("ERR_PNPM",),
    forms=(
        Form(
            head=re.compile(r"^\s*\[?ERR_PNPM_(?:RECURSIVE_RUN_FIRST_FAIL|RECURSIVE_EXEC_FIRST_FAIL)\]?\s.*"),
            cause=Cause.UNKNOWN,
            rank=Rank.WRAPPER,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>\[?ERR_PNPM_(?:META_FETCH_FAIL|FETCH_(?:429|5\d\d)|BAD_TARBALL_SIZE|TARBALL_FETCH|ENOSPC)\b.*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=_BODY,
            until=_UNTIL,
            most=6,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>\[?ERR_PNPM_(?:NO_SCRIPT|NO_IMPORTER_MANIFEST|RUN_\w+|NO_PKG_MANIFEST)\b.*)"
            ),
            cause=Cause.CONFIGURATION,
            places=0,
        ),
        Form(
            head=re.compile(r"^\s*(?P<message>\[?ERR_PNPM_\w+\]?\s.*)"),
            cause=Cause.DEPENDENCY,
            body=_BODY,
            until=_UNTIL,
            blanks=1,
            most=10,
            places=0,
        ),
        Form(
            head=re.compile(r"^\s*\[?(?P<message>ELIFECYCLE\]?\s.*)"),
            cause=Cause.UNKNOWN,
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)
