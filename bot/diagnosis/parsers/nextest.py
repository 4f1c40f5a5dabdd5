"""Reads the failures that cargo-nextest reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log

_RESULT = re.compile(
    r"^\s*(?:(?:TRY \d+ )?(?P<how>FAIL|SIG[A-Z]+|ABORT|TIMEOUT|LEAK-FAIL|XFAIL)(?:\s+\[.*?\])?)\s+"
    r"(?:\(\s*\d+/\d+\)\s+)?(?P<binary>\S+)\s+(?P<test>\S.*)$"
)
_PASSED_LATER = re.compile(
    r"^\s*(?:TRY \d+ PASS|FLAKY \d+/\d+)\s+(?:\[.*?\]\s+)?(?:\(\s*\d+/\d+\)\s+)?(?P<binary>\S+)\s+(?P<test>\S.*)$"
)
_PANIC = re.compile(
    r"^\s*thread '(?P<thread>[^']*)'(?: \(\d+\))? panicked at "
    r"(?:(?P<old>'.*'), )?(?P<path>[^\s']+?):(?P<line>\d+)(?::(?P<column>\d+))?:?$"
)
_SUMMARY = re.compile(
    r"^\s*Summary \[\s*(?P<seconds>[\d.]+)?.*?\]\s+(?:(?P<some>\d+)/)?(?P<all>\d+) tests? run"
)
_COUNT = re.compile(r"(\d+) (passed|skipped)\b")
_RULE = re.compile(r"^─+$")
_END = re.compile(r"^\s*(?:note: run with|stack backtrace:|$)|^\s*(?:PASS|Cancelling|Canceling|SLOW|START) ")
_LONGEST = 120
_MESSAGE = 20


def read(log: Log) -> Iterator[Finding]:
    """This function will find every test that failed in its last try, once."""
    passed = {
        (found["binary"], found["test"])
        for line in log.lines
        if (found := _PASSED_LATER.match(line.text)) is not None
    }
    told: set[tuple[str, str]] = set()
    for index, line in enumerate(log.lines):
        result = _RESULT.match(line.text) if "[" in line.text else None
        if result is None:
            continue
        key = (result["binary"], result["test"])
        if key in passed or key in told:
            continue
        told.add(key)
        yield _failure(log, index, result)


def _failure(log: Log, index: int, result: re.Match[str]) -> Finding:
    test = result["test"]
    for place in log.downward(index, _LONGEST):
        panic = _PANIC.match(log.lines[place].text) if "panicked at" in log.lines[place].text else None
        if panic is not None and panic["thread"] in {test, "main", "<unnamed>"}:
            said = list(_message(log, place))
            message = (panic["old"] or (log.lines[said[0]].text if said else "")).strip().strip("'")
            return Finding(
                cause=Cause.TEST,
                message=message or f"test {test} failed",
                places=(index, place, *said),
                tests=(test,),
                locations=(location(panic["path"], panic["line"], panic["column"]),),
            )
        if _RESULT.match(log.lines[place].text) or _RULE.match(log.lines[place].text.strip()):
            break
    how = {"TIMEOUT": "timed out", "FAIL": "failed"}.get(result["how"], f"ended with {result['how']}")
    return Finding(cause=Cause.TEST, message=f"test {test} {how}", places=(index,), tests=(test,))


def _message(log: Log, place: int) -> Iterator[int]:
    for below in log.downward(place, _MESSAGE):
        if _END.match(log.lines[below].text):
            return
        yield below


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


PARSER = LogParser(name="nextest", signs=("tests run:", "Nextest run ID"), read=read, suites=suites)
