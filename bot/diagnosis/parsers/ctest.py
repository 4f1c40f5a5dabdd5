"""Reads the tests that CTest says failed, with what they printed."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_RESULT = re.compile(
    r"^\s*\d+/\d+ Test +#(?P<number>\d+): (?P<test>\S.*?) \.+ *(?P<how>\*\*\*.*?|Passed) +[\d.]+ sec"
)
_LISTED = re.compile(r"^\s*(?P<number>\d+) - (?P<test>\S.*?) \((?P<how>[^()]+)\)(?: +\S.*)?$")
_LIST = "The following tests FAILED:"
_START = re.compile(r"^\s*Start +\d+: |^test \d+$")
_END = re.compile(r"^\d+% tests passed|^The following tests|^Errors while running CTest")
_FINE = re.compile(r"^(?:\*\*\*Skipped|Passed)")
_FRAMEWORK = re.compile(
    r"\[  FAILED  \]|: FAILED:$|\[doctest\]|^error: test failed|^(?:FAIL|ERROR): |^FAILED \(|"
    r"Sanitizer: |: Failure$|^Traceback \("
)
_VERBOSE = re.compile(r"^(?P<number>\d+): ?(?P<text>.*)$")
_OWN = re.compile(r"^(?:Test command:|Working Directory:|Test timeout computed|Environment variables:)")
_TOTAL = re.compile(r"^\d+% tests passed, (\d+) tests? failed out of (\d+)")
_TIME = re.compile(r"^Total Test time \(real\) = +([\d.]+) sec")
_LONGEST = 300
_TESTS = 100  # failed tests whose output is looked for
_MOST = 20  # lines of what a test printed that no framework's parser reads


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test once; one that passed at a later try is none."""
    last: dict[str, tuple[int, re.Match[str]]] = {}
    for index, line in enumerate(log.lines):
        if "Test" in line.text and (found := _RESULT.match(line.text)) is not None:
            last[found["test"]] = (index, found)
    failed = {test: item for test, item in last.items() if not _FINE.match(item[1]["how"])}
    listed = {found["test"]: (index, found) for index, found in _listed(log)}
    for test, (index, found) in islice(failed.items(), _TESTS):
        yield _finding(log, index, found, listed.get(test, (index, found)))
    for test, (index, found) in listed.items():
        if test not in failed:
            yield _listing(index, found)
    yield from _none(log)


def _listed(log: Log) -> Iterator[tuple[int, re.Match[str]]]:
    for index, line in enumerate(log.lines):
        if line.text.startswith(_LIST):
            for place in log.downward(index, _LONGEST):
                if (found := _LISTED.match(log.lines[place].text)) is None:
                    break
                yield place, found


def _finding(log: Log, index: int, found: re.Match[str], listed: tuple[int, re.Match[str]]) -> Finding:
    printed = _printed(log, index, found["number"])
    how = found["how"].strip("* ").lower() or "failed"
    known = any(_FRAMEWORK.search(_bare(log, place)) for place in printed)
    said = [] if known else [place for place in printed if _bare(log, place).strip()][-_MOST:]
    message = f"test {found['test']} {how}"
    return Finding(
        cause=Cause.TEST,
        message=f"{message}: {_bare(log, said[-1]).strip()}" if said else message,
        places=tuple(sorted({index, *said, listed[0]})),
        rank=Rank.ROOT if said else Rank.CONSEQUENCE,
        tests=(found["test"],),
    )


def _listing(index: int, found: re.Match[str]) -> Finding:
    return Finding(
        cause=Cause.TEST,
        message=f"test {found['test']} {found['how'].lower()}",
        places=(index,),
        rank=Rank.CONSEQUENCE,
        tests=(found["test"],),
    )


def _printed(log: Log, index: int, number: str) -> list[int]:
    """What the test printed: below its result, or above it with its number before each line."""
    below: list[int] = []
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if _RESULT.match(text) or _START.match(text) or _END.match(text) or log.lines[place].command:
            break
        below.append(place)
    above = [
        place
        for place in log.upward(index, _LONGEST)
        if (verbose := _VERBOSE.match(log.lines[place].text)) is not None
        and verbose["number"] == number
        and not _OWN.match(verbose["text"])
    ]
    return [*reversed(above), *below]


def _bare(log: Log, place: int) -> str:
    verbose = _VERBOSE.match(log.lines[place].text)
    return verbose["text"] if verbose else log.lines[place].text


def _none(log: Log) -> Iterator[Finding]:
    for index, line in enumerate(log.lines):
        if line.text.startswith("No tests were found!!!") and index >= log.begin:
            yield Finding(
                cause=Cause.CONFIGURATION, message="No tests were found", places=(index,), rank=Rank.LIKELY
            )


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts and the time of every run."""
    counts: tuple[int, int] | None = None
    for line in log.lines:
        if (total := _TOTAL.match(line.text)) is not None:
            counts = (int(total[1]), int(total[2]))
        elif (time := _TIME.match(line.text)) is not None and counts is not None:
            failed, ran = counts
            yield SuiteResult(name="CTest", passed=ran - failed, failed=failed, seconds=float(time[1]))
            counts = None


PARSER = LogParser(
    name="ctest",
    signs=(_LIST, "***", "No tests were found!!!", "% tests passed"),
    read=read,
    landmarks=(_LIST,),
    suites=suites,
)
