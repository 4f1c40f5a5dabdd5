"""Reads the failed assertions of Catch2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_PREFIX = r"^(?:\d+: )?"  # ctest -V puts the test's number before its output
_RULE = re.compile(_PREFIX + r"-{20,}$")
_FAILED = re.compile(_PREFIX + r"(?P<path>\S+?)[:(](?P<line>\d+)\)?: FAILED:$")
_COMPACT = re.compile(_PREFIX + r"(?P<path>\S+?)[:(](?P<line>\d+)\)?: failed: (?P<message>.+)$")
_BORDER = re.compile(_PREFIX + r"(?:[-.=~]{20,}|\s*)$")
_COUNTS = re.compile(_PREFIX + r"test cases: +(\d+) \|(.*)")
_COUNT = re.compile(r"(\d+) (passed|failed as expected|failed|skipped)")
_ALL = re.compile(_PREFIX + r"All tests passed \(\d+ assertions? in (\d+) test cases?\)")
_VERBOSE = re.compile(r"^\d+: ")
_LONGEST = 30
_TITLE = 8  # lines of a test's name with its sections


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed assertion with the test case it stands in."""
    title: list[int] = []
    for index, line in enumerate(log.lines):
        if _RULE.match(line.text):
            title = _title(log, index) or title
        elif (failed := _FAILED.match(line.text)) is not None:
            yield _finding(log, index, title, failed)
        elif (compact := _COMPACT.match(line.text)) is not None:
            yield Finding(
                cause=Cause.TEST,
                message=compact["message"],
                places=(index,),
                locations=(location(compact["path"], compact["line"]),),
            )


def _title(log: Log, index: int) -> list[int]:
    """The lines between this rule and the next one: the name of the test case and its sections."""
    lines: list[int] = []
    for place in log.downward(index, _TITLE):
        text = log.lines[place].text
        if _RULE.match(text):
            return lines
        if not text.strip():
            return []
        lines.append(place)
    return []


def _finding(log: Log, index: int, title: list[int], failed: re.Match[str]) -> Finding:
    block = [index]
    for place in log.downward(index, _LONGEST):
        if _BORDER.match(log.lines[place].text) or log.lines[place].command:
            break
        block.append(place)
    said = [_text(log, place) for place in block[1:]]
    name = _text(log, title[0]) if title else ""
    message = " ".join(said[:3] if said[1:2] == ["with expansion:"] else said[:2])
    return Finding(
        cause=Cause.TEST,
        message=message or f"test case {name} failed",
        places=(*title, *block),
        tests=(name,) if name else (),
        locations=(location(failed["path"], failed["line"]),),
    )


def _text(log: Log, place: int) -> str:
    return _VERBOSE.sub("", log.lines[place].text).strip()


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts of every test program."""
    for line in log.lines:
        if (found := _COUNTS.match(line.text)) is not None:
            counts = {how: int(count) for count, how in _COUNT.findall(found[2])}
            passed = counts.get("passed", 0) + counts.get("failed as expected", 0)
            yield SuiteResult(
                name="Catch2",
                passed=passed,
                failed=counts.get("failed", 0),
                skipped=counts.get("skipped", 0),
            )
        elif (everything := _ALL.match(line.text)) is not None:
            yield SuiteResult(name="Catch2", passed=int(everything[1]))


PARSER = LogParser(
    name="catch2",
    signs=(": FAILED:", ": failed: ", "test cases: ", "All tests passed ("),
    read=read,
    suites=suites,
)
