"""Reads the failed assertions of doctest, the C++ framework."""

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
_CASE = re.compile(_PREFIX + r"(?:TEST CASE|SCENARIO): +(?P<test>\S.*)$")
_ERROR = re.compile(_PREFIX + r"(?P<path>\S+?)[:(](?P<line>\d+)\)?: (?:FATAL )?ERROR: (?P<message>.+?)!?$")
_BORDER = re.compile(_PREFIX + r"(?:={20,}|\s*)$")
_COUNTS = re.compile(
    _PREFIX + r"\[doctest\] test cases: +\d+ \| +(\d+) passed \| +(\d+) failed(?: \| +(\d+) skipped)?"
)
_LONGEST = 20


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed assertion and thrown exception with its test case."""
    test, head = "", 0
    for index, line in enumerate(log.lines):
        if (case := _CASE.match(line.text)) is not None:
            test, head = case["test"], index
        elif (error := _ERROR.match(line.text)) is not None and test:
            block = [index]
            for place in log.downward(index, _LONGEST):
                if _BORDER.match(log.lines[place].text) or _ERROR.match(log.lines[place].text):
                    break
                block.append(place)
            yield Finding(
                cause=Cause.TEST,
                message=error["message"],
                places=(head, *block),
                tests=(test,),
                locations=(location(error["path"], error["line"]),),
            )


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts of every test program."""
    for line in log.lines:
        if (found := _COUNTS.match(line.text)) is not None:
            yield SuiteResult(
                name="doctest", passed=int(found[1]), failed=int(found[2]), skipped=int(found[3] or 0)
            )


PARSER = LogParser(name="doctest", signs=("[doctest]", "TEST CASE: "), read=read, suites=suites)
