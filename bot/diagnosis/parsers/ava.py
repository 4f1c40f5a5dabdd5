"""Reads the failures that AVA reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.js_frames import is_foreign, own_locations
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_FAILED = re.compile(
    r"^\s*✘ \[fail\]: (?P<test>.+?)(?: (?:Error thrown in test|Rejected promise returned by test|Test finished without.*))?$"
)
_RULE = re.compile(r"^\s*─+$")
_THROWN = re.compile(r"(?:\w+\.)*\w*Error(?: \[\w+\])?: ")
_SAID = re.compile(r"(?:Difference|Value|Function|Promise) |Rejected promise|Test ")
_DIFFERENCE = 3  # lines
_PASSED = re.compile(r"^\s*✔ ")
_LONGEST = 60
_RESULT = re.compile(
    r"^\s+(\d+) (tests? passed|tests? failed|tests? skipped|uncaught exceptions?|hooks? failed)$"
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test with what is told of it below the list."""
    failed = [
        (index, found)
        for index, line in enumerate(log.lines)
        if (found := _FAILED.match(line.text)) is not None
    ]
    tests = {found["test"] for _, found in failed}
    heads = {
        line.text.strip(): index
        for index, line in enumerate(log.lines)
        if failed and index > failed[0][0] and line.text.strip() in tests
    }
    for index, found in failed:
        test = found["test"]
        yield _failure(log, test, index, heads.get(test), tests)


def _failure(log: Log, test: str, listed: int, head: int | None, tests: set[str]) -> Finding:
    if head is None:
        return Finding(
            cause=Cause.TEST, message=f"{test} failed", places=(listed,), tests=(test,), rank=Rank.CONSEQUENCE
        )
    block = [head]
    for place in log.downward(head, _LONGEST):
        text = log.lines[place].text
        if _RULE.match(text) or text.strip() in tests:
            break
        if text.strip() and not is_foreign(text):
            block.append(place)
    return Finding(
        cause=Cause.TEST,
        message=_message([log.lines[place].text.strip() for place in block[1:]]) or f"{test} failed",
        places=tuple(block),
        tests=(test,),
        locations=own_locations(log, block),
    )


def _message(texts: list[str]) -> str:
    """The error that was thrown, or the difference with its first lines."""
    for text in texts:
        if _THROWN.match(text):
            return text
    for number, text in enumerate(texts):
        if _SAID.match(text):
            return " ".join(texts[number : number + _DIFFERENCE])
    return ""


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end the run."""
    counts: dict[str, int] = {}
    for line in log.lines:
        if (found := _RESULT.match(line.text)) is not None:
            counts[found[2].split()[-1]] = int(found[1])
    if counts:
        listed = sum(1 for line in log.lines if _PASSED.match(line.text))
        yield SuiteResult(
            name="ava",
            passed=counts.get("passed", listed),
            failed=counts.get("failed", 0),
            skipped=counts.get("skipped", 0),
        )


PARSER = LogParser(
    name="ava",
    signs=("✘ [fail]: ", " passed\n", " failed\n"),
    landmarks=("✘ [fail]: ",),
    read=read,
    suites=suites,
)
