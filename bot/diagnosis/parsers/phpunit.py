"""Reads the failures of PHPUnit, Pest and PHP's own test runner."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_SECTION = re.compile(r"^(?:There (?:was|were) )?\d+ (?P<kind>[a-zA-Z -]+?):$")
_FAILING = ("failure", "failures", "error", "errors")
_FORMS = (
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
        until=re.compile(r"^\d+\) [\w\\]+::|^(?:FAILURES|ERRORS|WARNINGS|OK)\b|^--$|^Tests: \d"),
        blanks=1,
        says=re.compile(r"^\d+\) .*\n(\S.*)"),
    ),
    Form(
        head=re.compile(r"^ ✘ (?P<test>\S.*?)(?: \[[\d.]+ \w+\])?$"),  # --testdox
        cause=Cause.TEST,
        body=re.compile(r"^\s+[│┐├┴┊╵╷]"),
        above=re.compile(r"^\w.* \([\w\\]+\)$"),
        says=re.compile(r"│ +(\S.*)"),
    ),
    Form(
        head=re.compile(r"^\s+(?:FAILED|•) +(?P<suite>[A-Z][\w\\]*) > (?P<test>.+?)(?: {2,}\w+)?$"),  # Pest
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S"),
        until=re.compile(r"^\s+(?:FAILED|•) +[A-Z]|^\s+─{4,}|^\s+Tests: "),
        blanks=1,
        most=24,
        says=re.compile(r"\n\s+(\S.*)"),
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test; one that is only risky or skipped is a guess."""
    kind, kinds = "failure", []
    for line in log.lines:
        found = _SECTION.match(line.text)
        kind = found["kind"] if found else "failure" if line.text.startswith("PHPUnit ") else kind
        kinds.append(kind)
    for finding in read_forms(log, _FORMS):
        is_failing = kinds[finding.places[0]].lower().endswith(_FAILING)
        yield finding if is_failing else replace(finding, rank=Rank.LIKELY)


PARSER = LogParser(
    name="phpunit",
    signs=("There was ", ".phpt]", "There were ", "✘", " FAILED ", "• "),
    landmarks=("FAILURES!", "ERRORS!"),
    read=read,
    suites=counts_of(
        "phpunit",
        Count(
            sign="Tests: ",
            line=re.compile(
                r"Tests: (?P<total>\d+), Assertions: \d+(?:, Errors: (?P<errors>\d+))?(?:, Failures: (?P<failed>\d+))?"
                r"(?:, (?:PHPUnit )?(?:Warnings|Deprecations|Notices): \d+)*(?:, Skipped: (?P<skipped>\d+))?"
            ),
        ),
        Count(sign="OK (", line=re.compile(r"OK \((?P<passed>\d+) tests?, \d+ assertions?\)")),
        Count(
            sign=" assertions)",
            line=re.compile(
                r"\s+Tests:\s+(?:(?P<failed>\d+) failed, )?(?:(?P<skipped>\d+) skipped, )?(?P<passed>\d+) passed \(\d+ assertions\)"
            ),
        ),
    ),
)
