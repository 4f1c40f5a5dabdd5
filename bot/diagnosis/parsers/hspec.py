"""Reads the failures of Haskell's hspec, tasty and HUnit."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause

_TAG = r"^(?:[\w.-]+ +> )?"

PARSER = reader_of(
    "hspec",
    signs=("Failures:", "FAIL", "### Failure in", "### Error in"),
    landmarks=("To rerun use:",),
    forms=(
        Form(
            head=re.compile(rf"{_TAG}\s*(?P<path>[\w./-]+\.l?hs):(?P<line>\d+):(?P<column>\d+):\s*$"),
            cause=Cause.TEST,
            body=re.compile(rf"{_TAG}\s+\S"),
            blanks=1,
            until=re.compile(rf"{_TAG}\s*(?:[\w./-]+\.l?hs:\d+:\d+:|To rerun use:)"),
            needs=re.compile(r"\n(?:[\w.-]+ +> )?\s+\d+\) "),
            names=re.compile(r"^(?:[\w.-]+ +> )?\s+\d+\) (\S.*?)(?: FAILED.*)?$", re.MULTILINE),
            says=re.compile(
                r"^(?:[\w.-]+ +> )?\s+(expected: .*\n.*but got: .*|(?:expected|predicate failed|uncaught exception|but got|Falsifiable).*)$",
                re.MULTILINE,
            ),
        ),
        Form(
            head=re.compile(rf"{_TAG}\s+(?P<test>\S.*?):\s+FAIL(?: \([\d.]+s\))?$"),
            cause=Cause.TEST,
            body=re.compile(rf"{_TAG}\s{{4,}}\S"),
            blanks=1,
            until=re.compile(r":\s+(?:OK|FAIL)(?: \([\d.]+s\))?$"),
            says=re.compile(r"FAIL.*\n\s+(?:\S+:\d+:\n\s+)?(\S.*)"),
        ),
        Form(
            head=re.compile(r"^### (?:Failure|Error) in: (?P<test>.+)$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^Cases: |^### "),
            says=re.compile(r"\n(?:\S+:\d+\n)?(.+)"),
        ),
    ),
    suites=counts_of(
        "tasty",
        Count(
            sign=" tests failed",
            line=re.compile(
                r"(?P<failed>\d+) out of (?P<total>\d+) tests failed(?: \((?P<seconds>[\d.]+)s\))?"
            ),
        ),
        Count(
            sign=" tests passed",
            line=re.compile(r"All (?P<passed>\d+) tests passed \((?P<seconds>[\d.]+)s\)"),
        ),
        Count(
            sign="Tried: ",
            line=re.compile(
                r"Cases: (?P<total>\d+)\s+Tried: \d+\s+Errors: (?P<errors>\d+)\s+Failures: (?P<failed>\d+)$"
            ),
            last=True,
        ),
    ),
)
