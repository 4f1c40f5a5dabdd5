"""Reads the failures that Playwright's test runner reports, and leaves out those that passed when tried again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import ALWAYS, Form, read_forms
from bot.diagnosis.forms.js_frames import sharpened
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_TEST = r"(?:\[[^\]]+\] › )?\S+\.[cm]?[jt]sx?:\d+:\d+ › (?P<test>.+?)(?: ─+)?"
_RESULT = re.compile(
    r"^\s+(?P<count>\d+) (?P<how>failed|flaky|skipped|passed|did not run|interrupted)(?: \((?P<took>[\d.]+)(?P<unit>ms|s|m|h)\))?$"
)
_LISTED = re.compile(rf"^\s+{_TEST}$")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_FORMS = (
    Form(
        head=re.compile(
            r"^\s+\d+\) (?:\[[^\]]+\] › )?(?P<path>\S+\.[cm]?[jt]sx?):(?P<line>\d+):(?P<column>\d+) › (?P<test>.+?)(?: ─+)?$"
        ),
        cause=Cause.TEST,
        body=ALWAYS,
        until=re.compile(
            r"^\s+\d+\) (?:\[|\S+:\d+:\d+ ›)|^\s+Retry #\d+ ─|^\s+\d+ (?:failed|flaky|skipped|passed|did not run)\b|"
            r"^\s+(?:Error Context: |attachment #\d+)"
        ),
        blanks=1,
        says=re.compile(r"\n\s*((?:\w*Error: |Test timeout of |\w+.*exceeded).*)"),
    ),
    Form(
        head=re.compile(
            r"^(?P<message>Error: (?:Timed out waiting \d+ms from config\.webServer|Process from config\.webServer .*|No tests found.*|http://\S+ is already used.*))"
        ),
        cause=Cause.CONFIGURATION,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every test that failed each time it was tried."""
    flaky = _flaky(log)
    for finding in sharpened(log, read_forms(log, _FORMS)):
        tests = tuple(re.sub(r" ─+$", "", test) for test in finding.tests)
        if not tests or tests[0] not in flaky:
            yield replace(finding, tests=tests)


def _flaky(log: Log) -> set[str]:
    """The tests that the summary lists as flaky."""
    flaky: set[str] = set()
    for index, line in enumerate(log.lines):
        result = _RESULT.match(line.text) if " flaky" in line.text else None
        if result is None:
            continue
        for place in log.downward(index, int(result["count"])):
            listed = _LISTED.match(log.lines[place].text)
            if listed is None:
                break
            flaky.add(listed["test"])
    return flaky


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end each run, each on a line of its own."""
    counts: dict[str, int] = {}
    for line in log.lines:
        found = _RESULT.match(line.text[:80]) if line.text.startswith("  ") else None
        if found is None:
            continue
        counts[found["how"]] = int(found["count"])
        if found["took"]:  # the last of them says how long it took
            yield SuiteResult(
                name="playwright",
                passed=counts.get("passed", 0) + counts.get("flaky", 0),
                failed=counts.get("failed", 0) + counts.get("interrupted", 0),
                skipped=counts.get("skipped", 0) + counts.get("did not run", 0),
                seconds=round(float(found["took"]) * _UNITS[found["unit"]], 3),
            )
            counts = {}


PARSER = LogParser(
    name="playwright",
    signs=(" › ", "config.webServer", "Error: No tests found"),
    read=read,
    suites=suites,
)
