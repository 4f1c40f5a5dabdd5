"""Reads the failures of PHPUnit and of Composer."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "phpunit",
    signs=(
        "There was ",
        ".phpt]",
        "There were ",
        "requirements could not be resolved",
        "PHP Fatal error",
        "PHP Parse error",
    ),
    landmarks=("PHP Fatal error",),
    forms=(
        Form(
            head=re.compile(r"^FAIL (?P<test>.+ \[\S+\.phpt\])"),
            cause=Cause.TEST,
            above=re.compile(r"^\d{3}[+-]|^=+DONE=+$|^$"),
            places=0,
        ),
        Form(
            head=re.compile(r"^\d+\) (?P<test>[\w\\]+::\w+.*)$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^\d+\) |^(?:FAILURES|ERRORS)!|^--$"),
            blanks=1,
            says=re.compile(r"^\d+\) .*\n(\S.*)"),
        ),
        Form(
            head=re.compile(
                r"^\s*Your requirements could not be resolved to an installable set of packages\."
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            says=re.compile(r"^\s+- (.+)", re.MULTILINE),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^PHP (?P<message>(?:Fatal|Parse) error: .+) in (?P<path>\S+?)(?: on line |:)(?P<line>\d+)"
            ),
            cause=Cause.COMPILE,
        ),
    ),
)
