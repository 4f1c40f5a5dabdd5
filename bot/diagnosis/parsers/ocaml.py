"""Reads the errors of the OCaml compiler and of dune."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "ocaml",
    signs=(", characters ",),
    forms=(
        Form(
            head=re.compile(
                r"^File \"(?P<path>[^\"]+)\", lines? (?P<line>\d+)(?:-\d+)?, characters (?P<column>\d+)-\d+:"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^File \""),
            most=14,
            needs=re.compile(r"\nError"),
            says=re.compile(r"^Error(?: \(.*\))?: (.+)", re.MULTILINE),
        ),
    ),
)
