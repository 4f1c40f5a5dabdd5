"""Reads failures in the Test Anything Protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.js_frames import sharpened
from bot.diagnosis.forms.tap_counts import read_counts
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import SuiteResult

# TAP's own directives: a test marked so is expected to fail (https://testanything.org).
_HEAD = r"^\s*not ok \d+(?: -)? ?(?P<test>(?!.*# (?:TODO|SKIP|todo|skip)\b).*?)(?: # time=.*)?$"
_UNTIL = re.compile(r"^\s*(?:not )?ok \d|^\s*\.\.\.$|^\s*# Subtest|^\s*\d+\.\.\d+$")
_FORMS = (
    Form(
        head=re.compile(_HEAD),
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S|^#"),
        until=_UNTIL,
        blanks=1,
        says=re.compile(r"^\s*(?:error|message): (?:[>|][-+]?\n\s*|['\"]?)(\S.*?)['\"]?$", re.MULTILINE),
    ),
    Form(head=re.compile(r"^\s*Bail out! +(?P<message>\S.*)$"), cause=Cause.TEST),
)
_RESULT = re.compile(r"^(?P<margin>\s*)(?P<not>not )?ok \d+(?P<rest>.*)$")
_EXPECTED = re.compile(r"# (?:TODO|SKIP|todo|skip)\b")
_SUBTEST = re.compile(r"^(?P<margin>\s*)# Subtest: (?P<test>\S.*)$")
_DEEPEST = 40  # suites within each other that are told apart


@dataclass(slots=True)
class _Suite:
    margin: int
    title: str
    is_failed: bool = False  # by a test within it


def read(log: Log) -> Iterator[Finding]:
    """This function will find every test that is not ok, unless it is expected or only so for those in it."""
    titles = _titles(log)
    for finding in sharpened(log, read_forms(log, _FORMS)):
        if not finding.tests:
            yield finding
        elif (above := titles.get(finding.places[0])) is not None:
            yield replace(finding, tests=(" > ".join((*above, *finding.tests)),))


def _titles(log: Log) -> dict[int, tuple[str, ...]]:
    """The titles of the suites around every test that is not ok by itself, by the test's line."""
    suites: list[_Suite] = []
    titles: dict[int, tuple[str, ...]] = {}
    for index, line in enumerate(log.lines):
        if (begun := _SUBTEST.match(line.text)) is not None:
            margin = len(begun["margin"])
            above = [suite for suite in suites if suite.margin < margin]
            suites = [*above[:_DEEPEST], _Suite(margin, begun["test"])]
        elif "ok " in line.text and (ended := _RESULT.match(line.text)) is not None:
            margin = len(ended["margin"])
            is_parent = any(suite.margin == margin and suite.is_failed for suite in suites)
            suites = [suite for suite in suites if suite.margin < margin]
            if ended["not"] and not _EXPECTED.search(ended["rest"]):
                for suite in suites:
                    suite.is_failed = True
                if not is_parent:
                    titles[index] = tuple(suite.title for suite in suites)
    return titles


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end each run."""
    yield from read_counts(log, "tap", "#")


PARSER = LogParser(
    name="tap",
    signs=("not ok ", "Bail out!", "# tests "),
    landmarks=("not ok ",),
    read=read,
    suites=suites,
)
