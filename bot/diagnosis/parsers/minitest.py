"""Reads the failures of Ruby's minitest and test-unit."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause

_SAYS = re.compile(r":\n\S.*\n((?:(?!Expected: ).+\n)?Expected: .*\n +Actual: .*|.+)")
_FRAME = re.compile(r"(?:^\s*|\[)(?P<path>[^\s:\[\]]+\.rb):(?P<line>\d+)(?:\]|:in )")
_NAME = re.compile(r"^([\w:]+#\S+)", re.MULTILINE)

PARSER = reader_of(
    "minitest",
    signs=("Failure:", "Error:", "FAIL[", "ERROR[", " FAIL (", " ERROR ("),
    landmarks=(") Failure:", ") Error:"),
    forms=(
        Form(
            head=re.compile(r"^\s*\d+\) (?:Failure|Error):$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^\s*\d+\) (?:Failure|Error|Skipped):$"),
            says=_SAYS,
            where=_FRAME,
            names=_NAME,
            places=2,
        ),
        Form(  # as Rails prints it
            head=re.compile(r"^(?:Failure|Error):$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            blanks=2,
            until=re.compile(r"^(?:Failure|Error):$|^\.*$|^Finished in|^\d+ runs, "),
            needs=re.compile(r"\n[\w:]+#test_"),
            says=_SAYS,
            where=_FRAME,
            names=_NAME,
            places=2,
        ),
        Form(  # minitest-reporters
            head=re.compile(r"^\s*(?:FAIL|ERROR)\[\"(?P<test>[^\"]+)\", \"?(?P<suite>[\w:#<> -]+)"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            says=re.compile(r"\n\s+test\S*.*\n\s+(\S.*)"),
            most=16,
        ),
        Form(
            head=re.compile(r"^\s+(?P<test>test_\w+)\s+(?:FAIL|ERROR) \([\d.]+s?\)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s{4,}\S"),
            blanks=1,
            until=re.compile(r"^\s+test_\w+\s+(?:PASS|FAIL|ERROR|SKIP) \("),
            says=re.compile(r"\n\s+(\S.*)"),
            most=16,
        ),
        Form(  # test-unit
            head=re.compile(r"^(?:Failure|Error): (?P<test>\w[^(]*\([\w:]+\))(?:: (?P<message>.+))?\.?$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^={20,}$"),
            blanks=1,
            says=re.compile(r"^(<.+> expected.*|\w[\w:]*(?:Error|Exception): .*)", re.MULTILINE),
            where=_FRAME,
            places=2,
        ),
    ),
    suites=counts_of(
        "minitest",
        Count(
            sign=" assertions, ",
            line=re.compile(
                r"(?P<total>\d+) (?:runs|tests), \d+ assertions, (?P<failed>\d+) failures, (?P<errors>\d+) errors, "
                r"(?P<skipped>\d+) (?:skips|pendings)"
            ),
        ),
    ),
)
