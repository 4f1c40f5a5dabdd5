"""Reads the failed tests of XCTest and Swift Testing, plain and through xcpretty or xcbeautify."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_PLACE = r"(?P<path>(?:[A-Za-z]:)?/?[^\s:]+):(?P<line>\d+)"

PARSER = reader_of(
    "xctest",
    signs=(
        ": error: -[",
        ": error: ",
        "TEST FAILED **",
        "TEST EXECUTE FAILED **",
        "Test Case '",
        "✗",
        "✖",
        "✘",
        "❌",
        "Failing tests:",
    ),
    landmarks=(": error: -[", "TEST FAILED **", "TEST EXECUTE FAILED **", "Failing tests:"),
    forms=(
        Form(
            head=re.compile(rf"^{_PLACE}: error: -\[(?P<suite>\S+) (?P<test>\S+)\] : (?P<message>.+)"),
            cause=Cause.TEST,
        ),
        Form(  # swift test on Linux
            head=re.compile(rf"^{_PLACE}: error: (?P<suite>\w+)\.(?P<test>\w+) : (?P<message>.*)"),
            cause=Cause.TEST,
        ),
        Form(  # Swift Testing
            head=re.compile(
                r"^[✘􀢄] Test (?P<test>\"[^\"]*\"|\S+) (?:with .* )?recorded an issue at "
                r"(?P<path>\S+?):(?P<line>\d+):(?P<column>\d+): (?P<message>.+)"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^[↳􀄵]"),
            most=6,
        ),
        Form(  # xcpretty's list at the end
            head=re.compile(r"^\s+(?P<test>\w+(?:\(\))?), (?P<message>\S.*)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"❌|^\*\* |^\s*Executed |^\s+\w+(?:\(\))?, "),
            blanks=3,
            most=12,
            above=re.compile(r"^[A-Z]\w\w+(?:\.\w+)*$|^$"),
            needs=re.compile(r"\n\s+\S+\.(?:swift|mm?|c|cpp):\d+"),
        ),
        Form(
            head=re.compile(r"^\s*❌\s+(?P<path>/?\S+?):(?P<line>\d+):(?P<column>\d+): (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=1,
            most=6,
        ),
        Form(
            head=re.compile(rf"^{_PLACE}: (?P<message>Fatal error.*)"),
            cause=Cause.TEST,
            body=re.compile(r"^\s*(?:Current stack trace:|\d+ +\S)|^\*\*\* "),
            most=12,
        ),
        Form(
            head=re.compile(r"^\s+[✗✖] (?P<test>[\w()]+)(?: on '[^']*' [^,]*)?, (?P<message>.+)"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(r"^Failing tests:$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            names=re.compile(r"^\s+(?:-\[)?(\w[\w.]*[. ]\w+(?:\(\))?)\]?$", re.MULTILINE),
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(r"^Test Case '-?\[?(?P<suite>[\w.]+)[ .](?P<test>\w+)\]?' failed \("),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^(?:Testing failed:|(?P<message>.*(?:Early unexpected exit|operation never finished bootstrapping).*))$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            says=re.compile(r"\n\s+(\S.*)"),
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of(
        "xctest",
        Count(
            sign="Executed ",
            line=re.compile(
                r"\s*Executed (?P<total>\d+) tests?, with (?:(?P<skipped>\d+) tests? skipped and )?(?P<failed>\d+) failures?"
                r" \(\d+ unexpected\) in (?P<seconds>[\d.]+)"
            ),
            last=True,
        ),
    ),
)
