"""Reads the failures that cargo-nextest reports: tests that failed in their last try, and setup scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.panics import is_trace, own_place, panics_in
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

# The words of nextest-runner's reporter (Apache-2.0 or MIT), of a first try and, shortened, of a later one.
_SIGNAL = r"SIG ?\w+|ABORT|(?:HUP|INT|QUIT|ILL|TRAP|ABRT|BUS|FPE|KILL|SEGV|PIPE|ALRM|TERM)"
_HOW = rf"FAIL(?: ?\+ ?LEAK)?|FL\+LK|LEAK-FAIL|LKFAIL|FLKY-FL|XFAIL|TIMEOUT|TMT|{_SIGNAL}"
_WHAT = r"\s*\[[^\]]*\]\s+(?:\([^)]*\)\s+)?(?P<binary>\S+)\s+(?:\S+::\S+\$\S+\s+)?(?P<test>\S.*)$"
_RESULT = re.compile(rf"^\s*(?:TRY \d+ )?(?P<how>{_HOW}){_WHAT}")
_PASSED_LATER = re.compile(rf"^\s*(?:TRY \d+ PASS|FLAKY \d+/\d+){_WHAT}")
_SETUP = re.compile(
    r"^\s*(?:SETUP FAIL|SETUP TMT|SETUP ABORT)\s+\[[^\]]*\]\s+(?:\([^)]*\)\s+)?(?P<script>[^\s:]+)"
)
_SETUP_STARTS = re.compile(r"^\s*SETUP\s+\[")
_STATUS = re.compile(
    r"^\s*(?:(?:TRY \d+ )?[A-Z][A-Z+-]*|Summary|Cancell?ing)\s+(?:\[|due to)|^\s*─{6,}\s*$|"
    r"^error: test run failed|^warning: \d+/\d+ tests"
)
_START = re.compile(rf"^\s*START{_WHAT}")
_NO_PANIC = re.compile(r"^\s*note: test did not panic as expected(?: at (?P<path>\S+?):(?P<line>\d+):\d+)?")
_SAYS = re.compile(
    r"^\s*(?:Error: \S|\((?:test|script) (?:aborted|timed out|failed)|note: test did not panic)"
)
_HARNESS = re.compile(
    r"^\s*(?:running \d+ tests?|failures:|test \S.* \.\.\. \w+|test result: .*|---- .* ----|"
    r"(?:stdout|stderr|output) ─+|-+ (?:STDOUT|STDERR|TRY \d+ STD\w+): .*|─+.*)?\s*$"
)
_SUMMARY = re.compile(
    r"^\s*Summary \[\s*(?P<seconds>[\d.]+)?.*?\]\s+(?:(?P<some>\d+)/)?(?P<all>\d+) tests? run"
)
_COUNT = re.compile(r"(\d+) (passed|skipped)\b")
_NOTHING = re.compile(r"^error: (?P<message>no tests to run)")
_LONGEST = 1_500
_MOST = 20  # lines of one test's output without a panic


def read(log: Log) -> Iterator[Finding]:
    """This function will find every test that failed in its last try, once, and what kept tests from running."""
    passed = {
        (found["binary"], found["test"])
        for line in log.lines
        if (found := _PASSED_LATER.match(line.text)) is not None
    }
    failed: dict[tuple[str, str], Finding] = {}
    for index, line in enumerate(log.lines):
        result = _RESULT.match(line.text) if "[" in line.text else None
        if result is not None and (key := (result["binary"], result["test"])) not in passed:
            finding = _failure(log, index, result)
            if len(finding.places) > 1 or key not in failed:  # a later try says more than a mere list
                failed[key] = finding
    yield from failed.values()
    yield from _setup(log)


def _failure(log: Log, index: int, result: re.Match[str]) -> Finding:
    test, block = result["test"], list(_output(log, index))
    panics = [one for one in panics_in(log, block) if one.thread == test or "::" not in one.thread]
    how = {"TIMEOUT": "timed out", "TMT": "timed out", "FAIL": "failed"}.get(result["how"], "")
    message = f"test {test} {how or 'ended with ' + result['how']}"
    if panics:
        first = panics[0]
        return Finding(
            cause=Cause.TEST,
            message=first.message or message,
            places=tuple(sorted((index, *first.places))),
            tests=(test,),
            locations=own_place(log, first, block),
        )
    said = [place for place in block if _is_said(log.lines[place].text, test)][:_MOST]
    says = [place for place in said if _SAYS.match(log.lines[place].text)]
    found = [one for place in says if (one := _NO_PANIC.match(log.lines[place].text)) and one["path"]]
    return Finding(
        cause=Cause.TEST,
        message=log.lines[says[0]].text.strip() if says and not how.startswith("timed") else message,
        places=tuple(sorted((index, *said))),
        tests=(test,),
        locations=tuple(location(one["path"], one["line"]) for one in found),
    )


def _is_said(text: str, test: str) -> bool:
    return not (_HARNESS.match(text) or text.strip() == test or is_trace(text))


def _output(log: Log, index: int) -> Iterator[int]:
    """What the test printed: below its status, or above it where output is not captured."""
    below = list(_until_status(log, log.downward(index, _LONGEST)))
    if any(log.lines[place].text.strip() for place in below):
        yield from below
        return
    above = list(_until_status(log, log.upward(index, _LONGEST)))
    start = above[-1] - 1 if above else index
    if _START.match(log.lines[start].text):
        yield from reversed(above)


def _until_status(log: Log, way: Iterator[int]) -> Iterator[int]:
    for place in way:
        if _STATUS.match(log.lines[place].text) or log.lines[place].command:
            return
        yield place


def _setup(log: Log) -> Iterator[Finding]:
    told = False
    for index, line in enumerate(log.lines):
        if not told and (script := _SETUP.match(line.text)) is not None:
            told = True
            above: list[int] = []
            for place in log.upward(index, _MOST):
                if _SETUP_STARTS.match(log.lines[place].text):
                    break
                above.insert(0, place)
            below = [place for place in log.downward(index, 3) if _SAYS.match(log.lines[place].text)]
            message = f"setup script {script['script']} failed"
            yield Finding(cause=Cause.TEST, message=message, places=(*above, index, *below))
        elif (nothing := _NOTHING.match(line.text)) is not None:
            yield Finding(cause=Cause.CONFIGURATION, message=nothing["message"], places=(index,))


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read how the tests ended off the summary."""
    for line in reversed(log.lines):
        if (found := _SUMMARY.match(line.text)) is None:
            continue
        counts = {word: int(count) for count, word in _COUNT.findall(line.text)}
        passed = counts.get("passed", 0)
        yield SuiteResult(
            name="cargo nextest",
            passed=passed,
            failed=int(found["some"] or found["all"]) - passed,
            skipped=counts.get("skipped", 0),
            seconds=float(found["seconds"]) if found["seconds"] else None,
        )
        return


PARSER = LogParser(
    name="nextest", signs=("tests run:", "Nextest run ID", "no tests to run"), read=read, suites=suites
)
