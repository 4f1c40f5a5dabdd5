"""Reads the failures of Erlang's Common Test and EUnit and of its compiler."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "erlang",
    signs=(" failed on line ", "*failed*", ".erl:"),
    forms=(
        Form(
            head=re.compile(r"^(?P<test>\w+:\w+) failed on line (?P<line>\d+)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:- )+|^Testing "),
            says=re.compile(r"^Reason: (.+)", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^\s*(?P<test>\S.*?)(?:\.\.\.)?\*failed\*"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            most=14,
            says=re.compile(r"^\s*(\*\*\w+:.+)$", re.MULTILINE),
        ),
        Form(
            head=re.compile(
                r"^(?P<path>\S+\.erl):(?P<line>\d+)(?::(?P<column>\d+))?: (?!Warning)(?P<message>.+)"
            ),
            cause=Cause.COMPILE,
        ),
    ),
)
