"""Reads the errors with which PHP ends a program or refuses to run it."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TRACE = re.compile(r"^Stack trace:|^#\d+ |^\s+thrown in |^PHP (?:Stack trace:|\s+\d+\. )|^Errors parsing ")
_WHERE = r" in (?P<path>\S+)(?: on line |:)(?P<line>\d+)"

PARSER = reader_of(
    "php",
    signs=("Fatal error: ", "Parse error: "),
    landmarks=("PHP Fatal error", "PHP Parse error"),
    forms=(
        Form(
            head=re.compile(rf"^(?:PHP )?Parse error: {{1,3}}(?P<message>\S.*){_WHERE}"),
            cause=Cause.COMPILE,
            body=_TRACE,
        ),
        Form(
            head=re.compile(
                r"^(?:PHP )?Fatal error: {1,3}(?P<message>(?:Cannot (?:re)?declare|Declaration of|Cannot (?:use|inherit|override|make|unset)|"
                rf"Class \S+ contains|.*must be compatible with|syntax error|Access level to).*){_WHERE}"
            ),
            cause=Cause.COMPILE,
            body=_TRACE,
        ),
        Form(
            head=re.compile(rf"^(?:PHP )?Fatal error: {{1,3}}(?P<message>\S.*){_WHERE}"),
            cause=Cause.UNKNOWN,
            body=_TRACE,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(r"^(?:PHP )?Fatal error: {1,3}(?P<message>Uncaught .+)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"\S"),
            until=re.compile(r"^\s+thrown in "),
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
