"""Reads the failed tests of JUnit's own runners, of Ant's junit task and of TestNG."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause

_TRACE = re.compile(r"\S")

PARSER = reader_of(
    "junit",
    signs=(
        "MethodSource [",
        "There was 1 failure:",
        "There were ",
        "FAILED: ",
        "<<< FAILURE",
        "<<< ERROR",
        "[junit] ",
        "Testcase: ",
    ),
    landmarks=("MethodSource [className", "[junit] Testcase: "),
    forms=(
        Form(  # the console launcher of JUnit 5
            head=re.compile(r"^\s+JUnit (?:Jupiter|Vintage):(?P<suite>[^:]+(?::[^:]+)*?):(?P<test>[^:]+)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            until=re.compile(r"^\s+JUnit (?:Jupiter|Vintage):"),
            needs=re.compile(r"\n\s+=> "),
            says=re.compile(r"^\s+=> (.+)", re.MULTILINE),
            where=re.compile(
                r"^\s+(?!org\.(?:junit|opentest4j|assertj|hamcrest)|javax?\.|jdk\.)[\w.$/]+\((?P<path>[\w$]+\.\w+):(?P<line>\d+)\)"
            ),
        ),
        Form(  # the text runner of JUnit 4
            head=re.compile(r"^\d+\) (?P<test>[\w$]+(?:\[[^\]]*\])?\([\w.$]+\))$"),
            cause=Cause.TEST,
            body=_TRACE,
            until=re.compile(r"^\d+\) |^FAILURES!!!$"),
            says=re.compile(r"\n(\S.*)"),
        ),
        Form(
            head=re.compile(
                r"^\s*\[junit\] Testcase: (?P<test>\S+?)(?: took [\d.]+ sec)?:?\s*(?:FAILED|Caused an ERROR)?$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\s*\[junit\] \s*\S"),
            until=re.compile(r"\[junit\] (?:Testcase: |Tests? )"),
            needs=re.compile(r"FAILED|Caused an ERROR"),
            says=re.compile(r"\n\s*\[junit\] (?!\s*(?:FAILED|Caused an ERROR))\s*(\S.*)"),
        ),
        Form(  # randomizedtesting, as Lucene and its like run JUnit
            head=re.compile(
                r"^\s*(?:FAILURE|ERROR)\s+[\d.]+s (?:J\d+ )?\| (?P<test>\S+)(?: \{.*\})? <<< (?:FAILURES?|ERRORS?)!"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\s+> "),
            says=re.compile(r"Throwable #1: (.+)"),
        ),
        Form(  # TestNG
            head=re.compile(r"^FAILED: (?P<test>[\w.$]+(?:\(.*\))?)$"),
            cause=Cause.TEST,
            body=_TRACE,
            until=re.compile(r"^(?:FAILED|PASSED|SKIPPED|FAILED CONFIGURATION): |^={5,}"),
            needs=re.compile(r"\n\s*(?:at |\S*(?:Exception|Error))"),
            says=re.compile(r"\n(\S.*)"),
        ),
    ),
    suites=counts_of(
        "junit",
        Count(sign="Tests run:", line=re.compile(r"Tests run: (?P<total>\d+),  Failures: (?P<failed>\d+)$")),
        Count(sign="OK (", line=re.compile(r"OK \((?P<passed>\d+) tests?\)$")),
        Count(
            sign="[junit] Tests run:",
            line=re.compile(
                r"\s*\[junit\] Tests run: (?P<total>\d+), Failures: (?P<failed>\d+), Errors: (?P<errors>\d+),"
                r"(?: Skipped: (?P<skipped>\d+),)? Time elapsed: (?P<seconds>[\d.,]+) sec"
            ),
        ),
        Count(
            sign="Total tests run:",
            line=re.compile(
                r"\s*Total tests run: (?P<total>\d+),(?: Passes: \d+,)? Failures: (?P<failed>\d+), Skips: (?P<skipped>\d+)"
            ),
        ),
    ),
)
