"""Reads the failures of RSpec, but not those of examples that are expected to fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_SECTION = re.compile(r"^(?P<name>Pending|Failures|Failed examples|Finished in)\b")
_FRAME = re.compile(r"^\s*# (?P<path>\S+):(?P<line>\d+)(?::in |$)")
_FORMS = (
    Form(
        head=re.compile(r"^\s*\d+\) (?P<test>\S.*?)(?: FIXED)?$"),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S|^\S.*(?:Error|Expected|Actual|\[\S+:\d+\])"),
        until=re.compile(r"^\s*\d+\) "),
        blanks=2,
        needs=re.compile(r"Failure/Error:|Expected pending .* to fail\."),
        says=re.compile(r"Failure/Error: .*\n\s+(expected: .*\n\s+got: .*|\S.*:\n\s+\S.*|\S.*)"),
        where=_FRAME,
    ),
    Form(
        head=re.compile(r"^(?P<message>An error occurred while loading \S+?)\.?$"),
        cause=Cause.TEST,
        body=re.compile(r"\S"),
        until=re.compile(
            r"^(?:An error occurred while loading|Finished in|Run options|No examples found|Randomized)"
        ),
        blanks=1,
        needs=re.compile(r"Failure/Error:|Error"),
        says=re.compile(r"^(\w[\w:]*(?:Error|Exception)\b.*(?:\n  .*)?)", re.MULTILINE),
    ),
    Form(
        head=re.compile(r"^rspec (?P<path>\./\S+?\.rb)(?::(?P<line>\d+))?(?:\[\S+\])? # (?P<test>.+)$"),
        cause=Cause.TEST,
        rank=Rank.CONSEQUENCE,
    ),
    Form(
        head=re.compile(r"^rspec '(?P<path>\./\S+?\.rb)\[\S+\]' # (?P<test>.+)$"),
        cause=Cause.TEST,
        rank=Rank.CONSEQUENCE,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed example and every file of examples that could not be loaded."""
    section, sections = "", []
    for line in log.lines:
        found = _SECTION.match(line.text)
        section = found["name"] if found else section
        sections.append(section)
    for finding in read_forms(log, _FORMS):
        if sections[finding.places[0]] != "Pending":
            yield finding


PARSER = LogParser(
    name="rspec",
    signs=("Failure/Error:", "rspec ./", "rspec './", "An error occurred while loading"),
    landmarks=("Failure/Error:",),
    read=read,
    suites=counts_of(
        "examples",  # hspec and Crystal's specs count alike
        Count(
            sign=" example",
            line=re.compile(
                r"(?P<total>\d+) examples?, (?P<failed>\d+) failures?(?:, (?P<skipped>\d+) pending)?"
                r"(?:, (?P<errors>\d+) errors? occurred outside of examples)?$"
            ),
        ),
        Count(
            sign=" examples, ",
            line=re.compile(
                r"(?P<total>\d+) examples, (?P<failed>\d+) failures, (?P<errors>\d+) errors, (?P<skipped>\d+) pending$"
            ),
        ),
    ),
)
