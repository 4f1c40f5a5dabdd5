"""Reads the failures of Erlang's Common Test and EUnit, of its compiler and of rebar3."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "erlang",
    signs=(" failed on line ", "*failed*", ".erl:", "===> ", "FAILED test case", "==> "),
    landmarks=("*failed*", " failed on line "),
    forms=(
        Form(
            head=re.compile(r"^(?P<test>\w+:\w+) failed on line (?P<line>\d+)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:- )+|^Testing "),
            says=re.compile(r"^Reason: (.+)", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^\s*(?P<test>\S.*?)(?:\.\.\.)?\*failed\*"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            most=24,
            says=re.compile(r"^\s*(\*\*\w+:.+)$", re.MULTILINE),
            where=re.compile(r"\((?P<path>(?!eunit_)[\w./-]+\.erl), line (?P<line>\d+)\)"),
        ),
        Form(
            head=re.compile(r"^%%% (?P<suite>\w+_SUITE)(?: ==> |: )(?P<test>\w+(?:\.\w+)*): FAILED"),
            cause=Cause.TEST,
            body=re.compile(r"^%%% "),
            until=re.compile(r": FAILED"),
            says=re.compile(r"\n%%% \w+ ==> (.+)"),
        ),
        Form(
            head=re.compile(
                r"^(?P<path>\S+\.erl):(?P<line>\d+)(?::(?P<column>\d+))?: (?!Warning)(?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^%"),
        ),
        Form(
            head=re.compile(
                r"^===> (?P<message>(?:Package not found|Unable to resolve|Failed to (?:fetch|update)|Dependency failure).*)"
            ),
            cause=Cause.DEPENDENCY,
        ),
        Form(
            head=re.compile(r"^===> (?P<message>(?:Compiling .* failed|Error |.*failed).*)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^\s+\S"),
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of(
        "erlang",
        Count(
            sign="Failed: ",
            line=re.compile(
                r"\s*Failed: (?P<failed>\d+)\.\s+Skipped: (?P<skipped>\d+)\.\s+Passed: (?P<passed>\d+)\."
            ),
        ),
        Count(
            sign="TEST COMPLETE, ",
            line=re.compile(
                r"Testing (?P<suite>[\w.-]+): TEST COMPLETE, (?P<passed>\d+) ok, (?P<failed>\d+) failed(?:, (?P<skipped>\d+) skipped)? of "
            ),
        ),
    ),
)
