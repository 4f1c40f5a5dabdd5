"""Reads the failures of Lua's busted, the findings of luacheck and the errors of Lua scripts."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_CODE = r"(?:\[string \"[^\"]*\"\]|(?P<path>[^\s:]+\.(?:lua|moon))):(?P<line>\d+)"

PARSER = reader_of(
    "lua",
    signs=("Failure -> ", "Error -> ", ".lua:", "stack traceback:", "[  FAILED  ] ", "[  ERROR   ] "),
    landmarks=("Failure -> ", "stack traceback:"),
    forms=(
        Form(
            head=re.compile(r"^(?:Failure|Error) (?:→|->) (?P<path>\S+\.\w+) @ (?P<line>\d+)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:Failure|Error|Pending) (?:→|->) "),
            names=re.compile(r"\A.*\n(.+)"),
            says=re.compile(r"\A.*\n.*\n(?:\S+:\d+: )?(.+)"),
        ),
        Form(  # busted as gtest
            head=re.compile(
                r"^\[  (?:FAILED|ERROR )  \] (?P<path>\S+\.\w+) @ (?P<line>\d+): (?P<test>.+?)(?: \([\d.]+ ms\))?$"
            ),
            cause=Cause.TEST,
            above=re.compile(r"^(?!\[)"),
        ),
        Form(
            head=re.compile(
                r"^\s+(?P<path>[^\s:]+\.lua):(?P<line>\d+):(?P<column>\d+)(?:-\d+)?: (?P<message>\((?:E\d+)\) .+|(?:expected|unexpected|unfinished|invalid) .+)"
            ),
            cause=Cause.COMPILE,
        ),
        Form(
            head=re.compile(
                r"^\s+(?P<path>[^\s:]+\.lua):(?P<line>\d+):(?P<column>\d+)(?:-\d+)?: "
                r"(?P<message>\(W\d+\) .+|(?:unused|setting|mutating|accessing|line|value|variable|shadowing|empty|unreachable|cyclomatic|inconsistent|trailing) .+)"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(rf"^\s*(?:[\w.:]+: )*{_CODE}: (?P<message>.+)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^\s*(?:stack traceback:|\[C\]|\.\.\.|\S*\.lua:\d+|\[string |\t)"),
            blanks=3,
            needs=re.compile(r"\n\s*stack traceback:"),
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of(
        "busted",
        Count(
            sign=" success",
            line=re.compile(
                r"(?P<passed>\d+) success(?:es)? / (?P<failed>\d+) failures? / (?P<errors>\d+) errors? / (?P<skipped>\d+) pending"
                r"(?: : (?P<seconds>[\d.]+) seconds)?"
            ),
        ),
    ),
)
