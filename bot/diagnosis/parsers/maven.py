"""Reads Maven's errors: javac, Surefire and the goals that failed."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TAG = r"^\[?(?:ERROR|FATAL)\]? "
_TRACE = re.compile(r"^\s+at |^\s*Caused by: |^\s+\.\.\. \d+ more|^\s+\S")

PARSER = reader_of(
    "maven",
    signs=("[ERROR]", "<<< FAILURE!", "<<< ERROR!", "BUILD FAILURE"),
    landmarks=(
        "<<< FAILURE!",
        "<<< ERROR!",
    ),
    forms=(
        Form(
            head=re.compile(rf"{_TAG}(?P<path>\S+\.\w+):\[(?P<line>\d+),(?P<column>\d+)\] (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^  \S|^\s{4,}\S"),
            most=8,
        ),
        Form(
            head=re.compile(
                r"^(?:\[ERROR\] )?(?P<test>\w+(?:\[[^\]]*\])?\([\w.$]+\)|[\w.$]+)\s.*Time elapsed: .* <<< (?:FAILURE|ERROR)!$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(r"^\[(?:INFO|ERROR)\] |^Tests run:|<<< (?:FAILURE|ERROR)!|^Running "),
            says=re.compile(r"<<< (?:FAILURE|ERROR)!\n(\S.*)"),
            needs=re.compile(r"^(?!(?:\[ERROR\] )?Tests run:)"),
        ),
        Form(
            head=re.compile(
                r"^(?:\[ERROR\]   ?|  )(?P<test>\w+(?:\.\w+)+):(?P<line>\d+)(?:->\S+)* (?P<message>\S.*)$"
            ),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"{_TAG}(?P<message>Failed to execute goal .*(?:Could not (?:resolve|find|transfer) |dependencies for project).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(rf"{_TAG}"),
            most=6,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"{_TAG}(?P<message>Failed to execute goal \S+(?:checkstyle|pmd|spotbugs|findbugs|license|spotless)\S* .*)"
            ),
            cause=Cause.LINT,
            body=re.compile(rf"{_TAG}"),
            most=10,
        ),
        Form(
            head=re.compile(rf"{_TAG}(?P<message>Failed to execute goal \S+-compiler-plugin\S* .*)"),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=re.compile(r"^(?!\[ERROR\] \S)|-> \[Help 1\]$|To see the full stack trace"),
            most=20,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(rf"{_TAG}(?P<message>Failed to execute goal .*)"),
            cause=Cause.UNKNOWN,
            body=ALWAYS,
            until=re.compile(r"^(?!\[ERROR\] \S)|-> \[Help 1\]$|To see the full stack trace"),
            most=10,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
