"""Reads the failures of Tcl's tcltest and the errors of Tcl scripts."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "tcl",
    signs=(" FAILED", "while executing"),
    landmarks=("==== Contents of test case",),
    forms=(
        Form(
            head=re.compile(r"^==== (?P<test>\S+) (?P<message>.+ )?FAILED$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^==== \S+ FAILED$"),
            needs=re.compile(r"\n---- "),
            says=re.compile(
                r"^(---- (?:Result was:\n.*\n---- Result should have been.*\n.*|errorInfo: .*|Return code.*))",
                re.MULTILINE,
            ),
        ),
        Form(
            head=re.compile(r"^(?P<message>\S.*)$"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^ {4}(?:while executing|\(|invoked from)|^\""),
            needs=re.compile(r"\n {4}while executing"),
            where=re.compile(r"\(file \"(?P<path>[^\"]+)\" line (?P<line>\d+)\)"),
            rank=Rank.LIKELY,
        ),
    ),
    suites=counts_of(
        "tcltest",
        Count(
            sign="\tTotal\t",
            line=re.compile(
                r"(?P<suite>\S+):\tTotal\t(?P<total>\d+)\tPassed\t(?P<passed>\d+)\tSkipped\t(?P<skipped>\d+)\tFailed\t(?P<failed>\d+)"
            ),
        ),
    ),
)
