"""Reads the failures of Perl's test modules and of the interpreter."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "perl",
    signs=("Failed test", "syntax error at ", "Can't locate "),
    forms=(
        Form(
            head=re.compile(r"^\s*# {3}Failed test(?: '(?P<test>.+)')?"),
            cause=Cause.TEST,
            body=re.compile(r"^\s*#\s"),
            until=re.compile(r"^\s*# {3}Failed test|^\s*# Looks like"),
            says=re.compile(r"^\s*# {4,}(got: .+|'?\S.*)$", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^(?P<message>syntax error at (?P<path>\S+) line (?P<line>\d+).*)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            most=4,
        ),
        Form(head=re.compile(r"^(?P<message>Can't locate \S+ in @INC .*)"), cause=Cause.DEPENDENCY),
    ),
)
