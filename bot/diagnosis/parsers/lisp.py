"""Reads the errors that end a Common Lisp program and the failures of its test libraries."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "lisp",
    signs=("Unhandled ", "; caught ", "Did ", "debugger invoked on"),
    forms=(
        Form(  # SBCL
            head=re.compile(r"^(?:Unhandled|debugger invoked on a) (?P<message>[A-Z][A-Z0-9:-]+)\b.*"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"\S"),
            blanks=1,
            most=16,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^; caught ERROR:$"),
            cause=Cause.COMPILE,
            body=re.compile(r"^;"),
            until=re.compile(r"^; caught |^; compilation unit"),
            says=re.compile(r"\n;\s+(\S.*)"),
            most=12,
        ),
        Form(  # FiveAM
            head=re.compile(r"^\s*(?P<test>\S+) (?:in \S+ )?\[(?P<message>.*)\]:\s*$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^ -{10,}"),
            blanks=1,
            most=14,
        ),
    ),
)
