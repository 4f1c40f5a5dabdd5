"""Reads which bundles are larger than size-limit lets them be."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "size-limit",
    signs=("ize limit has exceeded", "ize limit has been exceeded", "Try to reduce size or increase limit"),
    forms=(
        Form(
            head=re.compile(r"^\s*(?P<message>Package size limit has (?:been )?exceeded by .+)$"),
            cause=Cause.LINT,
            body=re.compile(r"^\s*(?:Size limit|Size|Package size):"),
            above=re.compile(r"^  \S[^:]*$"),
            places=0,
        ),
    ),
)
