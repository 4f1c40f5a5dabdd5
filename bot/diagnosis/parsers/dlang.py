"""Reads the errors of D's compilers and the failures of its unit tests."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_PLACE = r"(?P<path>[^\s(@]+\.di?)\((?P<line>\d+)(?:,(?P<column>\d+))?\)"

PARSER = reader_of(
    "dlang",
    signs=(".d(", "modules FAILED unittests"),
    forms=(
        Form(
            head=re.compile(rf"^{_PLACE}: Error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(
                rf"^{_PLACE.replace('?P<path>', '').replace('?P<line>', '').replace('?P<column>', '')}:  "
            ),
        ),
        Form(
            head=re.compile(rf"^(?:[\w.]+(?:Error|Exception)@)?{_PLACE}: (?:\[unittest\] )?(?P<message>.+)"),
            cause=Cause.TEST,
            body=re.compile(r"^-{4,}$|^\?\?:\?|^\S+\.d:\d+"),
            needs=re.compile(r"\[unittest\]|(?:Error|Exception)@"),
        ),
        Form(
            head=re.compile(r"^(?P<message>\d+/\d+ modules FAILED unittests)"),
            cause=Cause.TEST,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)
