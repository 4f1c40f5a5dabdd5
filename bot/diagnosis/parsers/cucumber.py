"""Reads the failing scenarios of Cucumber in its several languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.forms.js_frames import is_foreign
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_FORMS = (
    Form(  # cucumber-js
        head=re.compile(
            r"^\d+\) Scenario(?: Outline)?: (?P<test>\S.*?) # (?P<path>\S+\.feature):(?P<line>\d+)$"
        ),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S"),
        until=re.compile(r"^\d+\) "),
        blanks=1,
        says=re.compile(r"\n\s+(?:[✖?] .*)\n\s+(\S.*)"),
        needs=re.compile(r"\n\s+[✖?×] "),
        most=40,
    ),
    Form(  # Ruby, Java and others: the list at the end
        head=re.compile(
            r"^\s*(?:cucumber )?(?:file:\S*?)?(?P<path>[^\s:]+\.feature):(?P<line>\d+)\s+# (?:Scenario(?: Outline)?: )?(?P<test>\S.*)$"
        ),
        cause=Cause.TEST,
    ),
)
_SCENARIOS = Count(
    sign=" scenario",
    line=re.compile(
        r"^(?P<total>\d+) scenarios? \((?:(?P<failed>\d+) failed)?(?:(?:, )?(?P<errors>\d+) (?:undefined|ambiguous))?"
        r"(?:(?:, )?(?P<skipped>\d+) (?:skipped|pending))?(?:(?:, )?(?P<passed>\d+) passed)?\)"
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failing or undefined scenario."""
    for finding in read_forms(log, _FORMS):
        shown = tuple(place for place in finding.places if not is_foreign(log.lines[place].text))
        yield Finding(
            cause=finding.cause,
            message=finding.message,
            places=shown,
            tests=finding.tests,
            locations=finding.locations,
        )


PARSER = LogParser(
    name="cucumber",
    signs=(".feature:", " scenario"),
    read=read,
    suites=counts_of("cucumber", _SCENARIOS),
)
