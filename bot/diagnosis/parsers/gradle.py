"""Reads Gradle's failed tests and tasks."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "gradle",
    signs=(" FAILED", "* What went wrong:"),
    landmarks=("* What went wrong:",),
    forms=(
        Form(
            head=re.compile(r"^(?P<suite>[\w.$]+(?: > [^>]+)*?) > (?P<test>.+?) FAILED$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            says=re.compile(r"FAILED\n+\s+(\S.*)"),
        ),
        Form(
            head=re.compile(
                r"^Execution failed for task '(?P<message>:\S*(?:[Cc]heckstyle|[Ll]int|[Ss]potless|[Pp]md|[Dd]etekt|[Kk]tlint)\S*'\..*)"
            ),
            cause=Cause.LINT,
            body=re.compile(r"^(?:> |\s+\S)"),
            says=re.compile(r"^> (.+)", re.MULTILINE),
            most=8,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>Could not (?:(?:resolve|find|download) \S+:\S+:\S+|determine the dependencies of ).*)|"
                r"^(?P<path>\S+): Could not resolve all"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^(?:> |\s+\S)"),
        ),
        Form(
            head=re.compile(r"^Execution failed for task '(?P<message>:.*)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^(?:> |\s+\S)"),
            says=re.compile(r"^> (.+)", re.MULTILINE),
            most=8,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(r"^A problem occurred (?:evaluating|configuring) .*"),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^(?:> |\s+\S)"),
            says=re.compile(r"^> (.+)", re.MULTILINE),
        ),
    ),
)
