"""Reads what Checkstyle, PMD, SpotBugs and Spotless say of Java code."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_LEVEL = r"^\s*(?:\[ant:checkstyle\] )?\[?(?:ERROR|WARN(?:ING)?)\]? "

PARSER = reader_of(
    "checkstyle",
    signs=(
        "checkstyle",
        "Checkstyle",
        "[ERROR] ",
        "[WARN] ",
        "PMD Failure",
        "PMD rule",
        "At ",
        "format violations",
    ),
    forms=(
        Form(
            head=re.compile(
                rf"{_LEVEL}(?P<path>\S+\.\w+):\[(?P<line>\d+)(?:,(?P<column>\d+))?\] (?P<message>\(\w+\) \w+: .+)"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(
                r"^\s*(?:\[ant:checkstyle\] )?\[(?:ERROR|WARN)\] (?P<path>\S+\.\w+):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<message>.+ \[\w+\])$"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(r"^(?:\[\w+\] )?PMD Failure: (?P<message>\S+:\d+ Rule:.+)"),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+\.java):(?P<line>\d+):\t(?P<message>\w+:\t.+)"),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(
                r"^(?:\[ERROR\] )?(?:High|Medium|Low|[HML] [A-Z]): (?P<message>.+ (?:At|In|at) (?P<path>[\w$]+\.\w+):\[lines? (?P<line>\d+).*)"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(
                r"^(?:\[ERROR\] |> |\s*)?(?P<message>The following files had format violations:.*)"
            ),
            cause=Cause.FORMAT,
            body=re.compile(r"^(?:\[ERROR\] )?\s+\S"),
            blanks=1,
        ),
    ),
)
