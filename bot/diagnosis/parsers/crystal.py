"""Reads the errors of the Crystal compiler, its formatter and its specs."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NEXT = re.compile(r"^\s*\d+\) |^Finished in ")

PARSER = reader_of(
    "crystal",
    signs=("crystal spec ", ".cr:", ".cr'"),
    landmarks=("crystal spec ",),
    forms=(
        Form(
            head=re.compile(r"^\s*\d+\) (?P<test>\S.*)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            until=_NEXT,
            needs=re.compile(r"\n\s+from \S+\.cr:\d+"),
            says=re.compile(r"\n\s+(\S.*)"),
            most=12,
        ),
        Form(
            head=re.compile(r"^\s*\d+\) (?P<test>\S.*)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            until=_NEXT,
            needs=re.compile(r"Failure/Error:[\s\S]*\n\s+# \S+\.cr:\d+"),
            says=re.compile(r"Failure/Error: .*\n\s+(\S.*(?:\n\s+got: .*)?)"),
            where=re.compile(r"# (?P<path>\S+\.cr):(?P<line>\d+)"),
        ),
        Form(
            head=re.compile(r"^In (?P<path>\S+\.cr):(?P<line>\d+):(?P<column>\d+)$"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(r"^In \S+\.cr:\d+"),
            needs=re.compile(r"\nError: "),
            says=re.compile(r"^Error: (.+)", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^(?:Error: )?(?P<message>formatting '(?:[^']+)' produced changes)"),
            cause=Cause.FORMAT,
        ),
        Form(
            head=re.compile(r"^crystal spec (?P<path>\S+\.cr):(?P<line>\d+) # (?P<test>.+)$"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
