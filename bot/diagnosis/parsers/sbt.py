"""Reads sbt's and scalac's compiler errors, what sbt could not resolve and the tasks that failed."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_ERROR = re.compile(r"^\[error\] ?")
_END = (
    r"^\[error\] (?:\S+\.(?:scala|java|sbt):\d+|\((?!\s)|Total time|\w+ errors? found|-- )|"
    r"^\[(?:info|warn)\]"
)

PARSER = reader_of(
    "sbt",
    signs=("[error]", ".scala:", "ResolveException", "Error downloading"),
    landmarks=("Compilation failed", "ResolveException"),
    forms=(
        Form(
            head=re.compile(
                r"^\[error\] (?:-- .*Error: )?(?P<path>\S+\.(?:scala|java|sbt)):(?P<line>\d+)(?::(?P<column>\d+))?(?::|$| -*)(?: error:)? ?(?P<message>.*)"
            ),
            cause=Cause.COMPILE,
            body=_ERROR,
            until=re.compile(_END),
            most=10,
        ),
        Form(
            head=re.compile(
                r"^(?P<path>[^\s:\[]+\.scala):(?P<line>\d+)(?::(?P<column>\d+))?: error: (?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^\S+\.scala:\d+: |^\w+ errors? found"),
            most=8,
        ),
        Form(
            head=re.compile(
                r"^(?:\[error\] )?(?:\(.*\) )?(?:[\w.]*ResolveException: |lmcoursier\S+: )?"
                r"(?P<message>(?:unresolved dependency: |Error downloading |download failed: ).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\[error\] |^\s+at |^\s+(?:Not found|not found)"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\[error\] (?P<message>.*(?:files? must be formatted|not formatted properly|--test failed).*)"
            ),
            cause=Cause.FORMAT,
            above=re.compile(r"^\[(?:error|warn)\] .*(?:isn't formatted|is not formatted|must be formatted)"),
        ),
        Form(
            head=re.compile(r"^\[error\] (?P<message>\d+ of \d+ \S* ?tasks? failed:)"),
            cause=Cause.UNKNOWN,
            body=_ERROR,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(r"^\[error\] (?P<message>\w+ errors? found|\(.*\) Compilation failed)$"),
            cause=Cause.COMPILE,
            body=_ERROR,
            most=4,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(r"^\[error\] (?P<message>\(.*\) (?:[\w.]+(?:Exception|Error)\b.*|.* failed.*))"),
            cause=Cause.UNKNOWN,
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
    suites=counts_of(
        "sbt",
        Count(
            sign=": Total ",
            line=re.compile(
                r"\[\w+\] (?:Passed|Failed|Error): Total (?P<total>\d+), Failed (?P<failed>\d+), Errors (?P<errors>\d+), "
                r"Passed (?P<passed>\d+)(?:, Ignored \d+)?(?:, Skipped (?P<skipped>\d+))?"
            ),
        ),
    ),
)
