"""Reads the failures of Scala's test frameworks: ScalaTest, specs2, MUnit, uTest, ScalaCheck and JUnit through sbt."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TAG = r"^(?:\[\w+\] )?"
_FRAMES = re.compile(rf"{_TAG}\s{{2,}}\S")

PARSER = reader_of(
    "scalatest",
    signs=("*** FAILED ***", "==> X ", "[error]", "Falsified after"),
    landmarks=("*** FAILED ***", "==> X "),
    forms=(
        Form(
            head=re.compile(rf"{_TAG}\s*- (?P<test>.+?) \*\*\* FAILED \*\*\*"),
            cause=Cause.TEST,
            body=_FRAMES,
            until=re.compile(rf"{_TAG}\s*- "),
            most=20,
            says=re.compile(r"FAILED \*\*\*.*\n(?:\[\w+\] )?\s+(\S.*)"),
        ),
        Form(  # MUnit
            head=re.compile(rf"{_TAG}==> X (?P<test>\S.*?)\s+[\d.]+m?s(?: (?P<message>\S.*))?$"),
            cause=Cause.TEST,
            body=re.compile(rf"{_TAG}\s*\S"),
            blanks=1,
            until=re.compile(rf"{_TAG}(?:==> X |\s*\+ |[\w.]+:$|Test run )"),
            most=24,
        ),
        Form(  # specs2
            head=re.compile(r"^\[(?:error|info)\]\s+[x!] (?P<test>\S.*)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\[error\] "),
            until=re.compile(r"^\[\w+\]\s+[x!+o] |^\[\w+\] (?:Total|Finished|\d+ examples)"),
            needs=re.compile(r"\n\[error\]"),
            says=re.compile(r"\n\[error\]\s+(\S.*)"),
        ),
        Form(  # JUnit through sbt
            head=re.compile(
                r"^\[error\] Test (?P<test>[\w.$]+(?:\[.*\])?) failed: (?P<message>.+?)(?:, took .*)?$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\[error\]\s{2,}(?:at |\.\.\.)|^\[error\] +Caused by"),
        ),
        Form(  # ScalaCheck
            head=re.compile(
                rf"{_TAG}! (?P<test>\S.*?): (?P<message>(?:Falsified after|Exception raised on) .*)"
            ),
            cause=Cause.TEST,
            body=re.compile(rf"{_TAG}> "),
        ),
        Form(
            head=re.compile(r"^\[error\] (?P<message>Failed tests:|Error during tests:)$"),
            cause=Cause.TEST,
            body=re.compile(r"^\[error\] *\t"),
            names=re.compile(r"^\[error\] *\t([\w.$]+)", re.MULTILINE),
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of(
        "scalatest",
        Count(
            sign="Tests: succeeded ",
            line=re.compile(
                r"Tests: succeeded (?P<passed>\d+), failed (?P<failed>\d+), canceled \d+, ignored (?P<skipped>\d+)"
            ),
        ),
    ),
)
