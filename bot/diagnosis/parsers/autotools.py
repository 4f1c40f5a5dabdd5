"""Reads what configure scripts miss and the tests that Automake's harness says failed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_CONFIGURE = (
    Form(
        head=re.compile(r"^(?:configure|config\.status): error: (?P<message>.+)"),
        cause=Cause.COMPILE,
        body=re.compile(r"\S"),
        until=re.compile(r"^(?:Consider adjusting|Alternatively, you may|See |make|\+ |\$ )"),
        blanks=1,
        most=8,
        above=re.compile(r"^checking .*\.\.\. no$"),
        places=0,
    ),
)
_LACKS = re.compile(
    r"(?i)package requirements|not found|(?:is|are) required|missing|could not find|cannot find|can't find|no acceptable|"
    r"unable to (?:find|locate)|not available|please install|too old|or newer"
)
_SUMMARY = "Testsuite summary for "
_FAILED = re.compile(
    r"^(?P<how>FAIL|XPASS|ERROR): (?P<test>\S.*?)(?: - exited with status \d+| \(exit status: \d+\))?$"
)
_RULE = re.compile(r"^={3,}$")
_ENDED = re.compile(r"^(?:FAIL|XPASS|ERROR|PASS|SKIP|XFAIL)[: ]|^={20,}$")
_FRAMEWORK = re.compile(r"\[  FAILED  \]|: FAILED:$|Sanitizer: |panicked at")
_COUNT = re.compile(r"^# (?P<how>TOTAL|PASS|SKIP|XFAIL|FAIL|XPASS|ERROR): +(?P<count>\d+)$")
_LONGEST = 300
_MOST = 20


def read(log: Log) -> Iterator[Finding]:
    """This function will find what stopped configure, and every failed test with what the harness shows of it."""
    for finding in read_forms(log, _CONFIGURE):
        lacks = _LACKS.search("\n".join(log.lines[place].text for place in finding.places))
        yield replace(finding, cause=Cause.DEPENDENCY) if lacks else finding
    if not any(line.text.startswith(_SUMMARY) or "check-TESTS" in line.text for line in log.lines):
        return
    found: dict[str, Finding] = {}
    for index, line in enumerate(log.lines):
        failed = _FAILED.match(line.text) if line.text.startswith(("FAIL: ", "XPASS: ", "ERROR: ")) else None
        if failed is None:
            continue
        known = found.get(failed["test"])
        finding = _finding(log, index, failed)
        if known is None:
            found[failed["test"]] = finding
        elif len(finding.places) > 1:
            found[failed["test"]] = replace(finding, places=(*known.places, *finding.places))
    yield from found.values()


def _finding(log: Log, index: int, failed: re.Match[str]) -> Finding:
    printed = list(_printed(log, index))
    known = any(_FRAMEWORK.search(log.lines[place].text) for place in printed)
    said = [] if known else printed[-_MOST:]
    message = f"test {failed['test']} {'passed unexpectedly' if failed['how'] == 'XPASS' else 'failed'}"
    return Finding(
        cause=Cause.TEST,
        message=f"{message}: {log.lines[said[-1]].text.strip()}" if said else message,
        places=(index, *said),
        rank=Rank.CONSEQUENCE if known else Rank.ROOT,
        tests=(failed["test"],),
    )


def _printed(log: Log, index: int) -> Iterator[int]:
    """What the test printed, where its name is underlined as in test-suite.log."""
    underlined = False
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if not underlined:
            if not _RULE.match(text):
                return
            underlined = True
        elif _ENDED.match(text) or log.lines[place].command:
            return
        elif text.strip():
            yield place


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts of every summary."""
    counts: dict[str, int] | None = None
    for line in log.lines:
        if line.text.startswith(_SUMMARY):
            counts = {}
        elif counts is not None and (found := _COUNT.match(line.text)) is not None:
            counts[found["how"]] = int(found["count"])
            if found["how"] == "ERROR":
                yield SuiteResult(
                    name="make check",
                    passed=counts.get("PASS", 0) + counts.get("XFAIL", 0),
                    failed=counts.get("FAIL", 0) + counts.get("XPASS", 0) + counts["ERROR"],
                    skipped=counts.get("SKIP", 0),
                )
                counts = None


PARSER = LogParser(
    name="autotools",
    signs=("configure: error: ", "config.status: error: ", _SUMMARY, "check-TESTS"),
    read=read,
    landmarks=("configure: error: ", _SUMMARY),
    suites=suites,
)
