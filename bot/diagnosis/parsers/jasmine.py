"""Reads the failures that Jasmine numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.forms.js_frames import sharpened
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_FORMS = (
    Form(
        head=re.compile(r"^\d+\) (?P<test>\S.*)$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S"),
        needs=re.compile(r"\n\s+Message:"),
        says=re.compile(r"\n\s+Message:\n\s*(\S.*)"),
        blanks=1,
        most=60,
    ),
)
_SPECS = Count(
    sign=" specs, ",
    line=re.compile(
        r"^(?P<total>\d+) specs?, (?P<failed>\d+) failures?(?:, (?P<skipped>\d+) pending specs?)?$"
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every numbered failure."""
    yield from sharpened(log, read_forms(log, _FORMS))


PARSER = LogParser(
    name="jasmine",
    signs=("  Message:", " specs, "),
    landmarks=(" specs, ",),
    read=read,
    suites=counts_of("jasmine", _SPECS),
)
