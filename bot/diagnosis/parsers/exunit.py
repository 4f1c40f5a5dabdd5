"""Reads the failures of ExUnit and of the Elixir compiler."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "exunit",
    signs=(") test ", ") doctest ", "** (", "== Compilation error"),
    landmarks=("== Compilation error",),
    forms=(
        Form(
            head=re.compile(r"^\s*\d+\) (?P<test>(?:test|doctest|property) .+) \([\w.]+\)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s{4,}\S"),
            blanks=1,
            says=re.compile(r"^\s+(\*\* \(.+|Assertion .+|.*timed out.*)$", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^\s*(?P<message>\*\* \((?:\w+\.?)+\) .+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s{4,}\S"),
            above=re.compile(r"^== Compilation error"),
            needs=re.compile(r"Compilation error|\((?:CompileError|SyntaxError|TokenMissingError)\)"),
        ),
    ),
)
