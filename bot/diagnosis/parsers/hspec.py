"""Reads the failures of Haskell's hspec, tasty and HUnit."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "hspec",
    signs=("Failures:", "FAIL", "### Failure in"),
    forms=(
        Form(
            head=re.compile(r"^\s*(?P<path>[\w./-]+\.l?hs):(?P<line>\d+):(?P<column>\d+):\s*$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            until=re.compile(r"^\s*(?:[\w./-]+\.l?hs:\d+:\d+:|To rerun use:)"),
            needs=re.compile(r"\n\s+\d+\) "),
            names=re.compile(r"^\s+\d+\) (\S.*?)(?: FAILED.*)?$", re.MULTILINE),
            says=re.compile(
                r"^\s+((?:expected|predicate failed|uncaught exception|but got|Falsifiable).*)$", re.MULTILINE
            ),
        ),
        Form(
            head=re.compile(r"^\s+(?P<test>\S.*?):\s+FAIL(?: \([\d.]+s\))?$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s{4,}\S"),
            until=re.compile(r":\s+(?:OK|FAIL)(?: \([\d.]+s\))?$"),
            says=re.compile(r"FAIL.*\n\s+(\S.*)"),
        ),
        Form(
            head=re.compile(r"^### (?:Failure|Error) in: (?P<test>.+)$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^Cases: |^### "),
            says=re.compile(r"\n(?:\S+:\d+\n)?(.+)"),
        ),
    ),
)
