"""Reads the failures that Karma's reporters print for each browser."""

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

_BROWSER = r"^(?:\d\d \d\d \d{4} [\d:.]+:\w+ \[)?[A-Z][\w ]*? [\d.]+ \([^)]*\)\]?:?"
_FORMS = (
    Form(
        head=re.compile(rf"{_BROWSER} (?P<test>(?!Executed \d)\S.*) FAILED$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S"),
        says=re.compile(r"\n\s*(\S.*)"),
        most=40,
    ),
    Form(  # the mocha reporter's list at the end
        head=re.compile(r"^\s+[✖×] (?P<test>\S.*)$"),
        cause=Cause.TEST,
        body=re.compile(r"\S"),
        until=re.compile(r"^\s+[✖×✔] "),
        needs=re.compile(rf"\n\s+{_BROWSER[1:]}"),
        says=re.compile(rf"\n\s+{_BROWSER[1:]}\n\s*(\S.*)"),
    ),
    Form(
        head=re.compile(rf"{_BROWSER} ERROR$"),
        cause=Cause.COMPILE,
        body=re.compile(r"^\s+\S"),
        needs=re.compile(r"\n\s+\S"),
        says=re.compile(r"\n\s*(\S.*)"),
    ),
    Form(
        head=re.compile(rf"{_BROWSER}:? (?P<message>Disconnected(?:,| reconnect failed).*)$"),
        cause=Cause.INFRASTRUCTURE,
    ),
    Form(
        head=re.compile(
            r"^.*\[launcher\]: (?P<message>(?:Cannot start|Cannot load browser|.* failed \d+ times).*)$"
        ),
        cause=Cause.INFRASTRUCTURE,
        body=re.compile(r"^\s+\S|^Please set env"),
        most=6,
        places=0,
    ),
)
_EXECUTED = Count(
    sign=": Executed ",
    line=re.compile(
        rf"{_BROWSER} Executed (?P<total>\d+) of \d+ ?(?:\((?P<failed>\d+) FAILED\))?(?: ?\(skipped (?P<left>\d+)\))?"
        r"(?: \w+)?.*?\((?:(?P<minutes>\d+) mins? )?(?P<seconds>[\d.]+) secs? / "
    ),
    last=True,
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test, and what kept a browser from running them."""
    yield from sharpened(log, read_forms(log, _FORMS))


PARSER = LogParser(
    name="karma",
    signs=(" FAILED", "FAILED TESTS:", ") ERROR", "Disconnected", "[launcher]", ": Executed "),
    landmarks=(": Executed ",),
    read=read,
    suites=counts_of("karma", _EXECUTED),
)
