"""Reads the verdicts of Jepsen and of what is built on it: which checkers found the analysis invalid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_INVALID = "Analysis invalid!"
_ERRORS = "Errors occurred during analysis"
_RESULTS = re.compile(r"jepsen\.core\b.*\{|^\{")
_FALSE = re.compile(r"\{:valid\? (?:false|:unknown)\b")
_KEY = re.compile(r"[{\s](?P<name>:[\w-]+|\"[^\"]*\")$")
_TELLING = re.compile(
    r":valid\? (?:false|:unknown)|:anomaly-types|:not #|:error\b|:failures\b|:first-error|:exception\b|"
    r":(?:lost|stale|duplicated|unexpected|unseen|bad|wrong|missing|incompatible)[\w-]*\b"
)
_GROUP = re.compile(r"^# (?P<how>Successful|Indeterminate|Crashed|Failed) tests$")
_COUNT = re.compile(r"^(?P<count>\d+) (?P<how>successes|unknown|crashed|failures)$")
_LONGEST = 2_000
_MOST = 28
_VERDICTS = 20


def read(log: Log) -> Iterator[Finding]:
    """This function will find every verdict that is not good, and the failed tests of a run of many."""
    anomalies = any(":anomaly-types (" in line.text for line in log.lines)
    verdicts = [
        index for index, line in enumerate(log.lines) if _INVALID in line.text or _ERRORS in line.text
    ]
    for index in verdicts[:_VERDICTS]:
        yield _verdict(log, index, Rank.CONSEQUENCE if anomalies else Rank.ROOT)
    yield from _failed_tests(log)


def _verdict(log: Log, index: int, rank: Rank) -> Finding:
    results: list[int] = []
    for place in log.upward(index, _LONGEST):
        results.append(place)
        if _RESULTS.search(log.lines[place].text):
            break
    telling = [place for place in results if _TELLING.search(log.lines[place].text)]
    named = {place: found for place in telling if (found := _checker(log, place)) is not None}
    names = [name for _, name in named.values()]
    telling = sorted({*telling, *(key for key, _ in named.values()), *_values(log, telling)})
    what = (
        _INVALID
        if _INVALID in log.lines[index].text
        else "Errors occurred during analysis, but no anomalies found."
    )
    message = f"{what} {', '.join(dict.fromkeys(names))}".strip()
    return Finding(cause=Cause.TEST, message=message, places=(*telling[-_MOST:], index), rank=rank)


def _values(log: Log, telling: list[int]) -> Iterator[int]:
    """The lines below those that end with a key, whose value the printer has wrapped."""
    for place in telling:
        if log.lines[place].text.rstrip().endswith((":error", ":exception")):
            yield from log.downward(place, 1)


def _checker(log: Log, place: int) -> tuple[int, str] | None:
    """The key whose value says it is not valid, with its line; the printer may have put it on the line above."""
    text = log.lines[place].text
    if "{:valid?" not in text or _FALSE.search(text) is None:
        return None
    before = text[: text.index("{:valid?")]
    if not before.strip():
        place = next(log.upward(place, 1), place)
        before = log.lines[place].text
    key = _KEY.search(f" {before.rstrip()}")
    return (place, key["name"].strip('":')) if key else None


def _failed_tests(log: Log) -> Iterator[Finding]:
    how = ""
    for index, line in enumerate(log.lines):
        if (group := _GROUP.match(line.text)) is not None:
            how = group["how"]
        elif _COUNT.match(line.text) or line.command:
            how = ""
        elif how in {"Crashed", "Failed"} and line.text.strip():
            test = line.text.strip()
            yield Finding(
                cause=Cause.TEST,
                message=f"test {test} {how.lower()}",
                places=(index,),
                rank=Rank.CONSEQUENCE,
                tests=(test,),
            )


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts at the end of a run of many tests."""
    counts = {
        found["how"]: int(found["count"])
        for line in log.lines
        if (found := _COUNT.match(line.text)) is not None
    }
    if {"successes", "failures"} <= counts.keys():
        yield SuiteResult(
            name="jepsen",
            passed=counts["successes"],
            failed=counts["failures"] + counts.get("crashed", 0),
            skipped=counts.get("unknown", 0),
        )


PARSER = LogParser(
    name="jepsen",
    signs=(_INVALID, _ERRORS, "# Failed tests", "# Crashed tests"),
    read=read,
    landmarks=(_INVALID, _ERRORS),
    suites=suites,
)
