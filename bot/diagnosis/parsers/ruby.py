"""Reads what ends a Ruby program: uncaught exceptions, syntax errors and Rake's abort."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TRACE = re.compile(
    r"^\s+from |^\s*\d+: from |^\S+:\d+:in [`']|^Caused by:|^\w[\w:]*(?:Error|Exception): |^Tasks: TOP|^\s+\S"
)

PARSER = reader_of(
    "ruby",
    signs=(".rb:", "rake aborted!", "Rakefile:", " column "),
    landmarks=("rake aborted!",),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<path>\S+\.(?:rb|rake|gemspec)):(?P<line>\d+): (?P<message>(?:syntax error|.*unterminated|.*unexpected).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S|^\.\.\.|^\S+\.rb:\d+: "),
            most=12,
        ),
        Form(  # Psych on YAML
            head=re.compile(
                r"^\s*(?:\S*Psych::SyntaxError: )?\((?P<path>[^()]+)\): (?P<message>.+ at line (?P<line>\d+) column (?P<column>\d+))"
            ),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(r"^rake aborted!$"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"\S"),
            until=re.compile(r"^\(See full trace"),
            needs=re.compile(r"\nCommand failed with status|\n\s*Build failed"),
            says=re.compile(r"!\n(.+)"),
            rank=Rank.WRAPPER,
        ),
        Form(
            head=re.compile(r"^rake aborted!$"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"\S"),
            until=re.compile(r"^\(See full trace"),
            blanks=1,
            says=re.compile(r"!\n(.+)"),
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                r"^(?P<path>\S+\.rb|\S*[RG]\w+file):(?P<line>\d+):in [`'](?P<where>[^']*)': (?P<message>.+ \([\w:]+\))$"
            ),
            cause=Cause.UNKNOWN,
            body=_TRACE,
            rank=Rank.LIKELY,
        ),
    ),
)
