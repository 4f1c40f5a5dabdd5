"""Reads the failures of GoogleTest, and the test at which its program crashed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_PREFIX = r"^(?:\d+: )?"  # ctest -V puts the test's number before its output
_RUN = re.compile(_PREFIX + r"\[ RUN      \] (?P<test>\S+)")
_OK = re.compile(_PREFIX + r"\[(?:       OK|  SKIPPED) \] (?P<test>[^\s,]+)")
_FAILED = re.compile(_PREFIX + r"\[  FAILED  \] (?P<test>[\w./]+\.[\w/]+)(?P<timed>.*\(\d+ ms\))?")
_FAILURE = re.compile(
    _PREFIX
    + r"(?:(?P<path>\S+?)[:(](?P<line>\d+)\)?: Failure|unknown file: (?:Failure|error)|(?P<msvc>\S+?)\((?P<number>\d+)\): error: .*)$"
)
_MARK = re.compile(
    _PREFIX + r"(?:\[[ =\-A-Z]{10}\]|(?:\S+|unknown file): (?:Skipped|Failure)$|\S+\(\d+\): error: )"
)
_ENDS = re.compile(
    r"^\[==========\] Running|^\s*\d+/\d+ Test +#\d+|^##|Segmentation fault|core dumped|Aborted"
)
_RAN = re.compile(
    _PREFIX + r"\[==========\] (\d+) tests? from \d+ test (?:suite|case)s? ran\.(?: \((\d+) ms total\))?"
)
_COUNT = re.compile(_PREFIX + r"\[  (PASSED|SKIPPED) \s*\] (\d+) tests?")
_VERBOSE = re.compile(r"^\d+: ")
_LONGEST = 40
_CRASHED = 12


def read(log: Log) -> Iterator[Finding]:
    """This function will find every test that failed and did not pass later, and the one that never ended."""
    passed = {found["test"] for line in log.lines if (found := _OK.match(line.text))}
    told: set[str] = set()
    open_test: tuple[str, int] | None = None
    blocks: list[int] = []
    for index, line in enumerate(log.lines):
        if "[" not in line.text and "ailure" not in line.text and "error" not in line.text:
            continue
        if (run := _RUN.match(line.text)) is not None:
            yield from _crash(log, open_test, told)
            open_test, blocks = (run["test"], index), []
        elif _OK.match(line.text):
            open_test, blocks = None, []
        elif _FAILURE.match(line.text):
            blocks += _block(log, index)
        elif (failed := _FAILED.match(line.text)) is not None:
            test = failed["test"]
            if test not in told and test not in passed:
                yield _finding(log, test, [*blocks, index])
            told.add(test)
            open_test, blocks = None, []
    yield from _crash(log, open_test, told)


def _block(log: Log, index: int) -> list[int]:
    """The lines of one failure: down to the next mark of the framework."""
    block = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if _MARK.match(text) or _ENDS.search(text) or not _VERBOSE.sub("", text).strip():
            break
        block.append(place)
    return block


def _finding(log: Log, test: str, places: list[int]) -> Finding:
    failures = [
        (order, found)
        for order, place in enumerate(places)
        if (found := _FAILURE.match(log.lines[place].text))
    ]
    message = f"test {test} failed"
    if failures:
        first = failures[0][0] + 1
        last = failures[1][0] if len(failures) > 1 else len(places) - 1
        message = _message(log, places[first:last]) or message
    return Finding(
        cause=Cause.TEST,
        message=message,
        places=tuple(dict.fromkeys(places)),
        rank=Rank.ROOT if failures else Rank.CONSEQUENCE,
        tests=(test,),
        locations=tuple(
            dict.fromkeys(
                location(found["path"] or found["msvc"], found["line"] or found["number"])
                for _, found in failures
                if found["path"] or found["msvc"]
            )
        ),
    )


def _message(log: Log, places: list[int]) -> str:
    said = [_VERBOSE.sub("", log.lines[place].text).strip() for place in places]
    if not said:
        return ""
    return " ".join(said[:5]) if said[0].endswith(":") or said[0].startswith("Value of: ") else said[0]


def _crash(log: Log, open_test: tuple[str, int] | None, told: set[str]) -> Iterator[Finding]:
    if open_test is None or open_test[0] in told:
        return
    test, index = open_test
    told.add(test)
    said: list[int] = []
    for place in log.downward(index, _CRASHED):
        if log.lines[place].command or _MARK.match(log.lines[place].text):
            break
        if log.lines[place].text.strip():
            said.append(place)
    yield Finding(
        cause=Cause.TEST,
        message=f"the program ended in test {test}",
        places=(index, *said),
        rank=Rank.CONSEQUENCE,
        tests=(test,),
    )


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts of every test program."""
    ran, milliseconds, counts = 0, None, {"PASSED": 0, "SKIPPED": 0}
    for line in log.lines:
        if (found := _RAN.match(line.text)) is not None:
            yield from _suite(ran, milliseconds, counts)
            ran, milliseconds, counts = int(found[1]), found[2], {"PASSED": 0, "SKIPPED": 0}
        elif (count := _COUNT.match(line.text)) is not None:
            counts[count[1]] = int(count[2])
    yield from _suite(ran, milliseconds, counts)


def _suite(ran: int, milliseconds: str | None, counts: dict[str, int]) -> Iterator[SuiteResult]:
    if ran:
        yield SuiteResult(
            name="GoogleTest",
            passed=counts["PASSED"],
            failed=ran - counts["PASSED"] - counts["SKIPPED"],
            skipped=counts["SKIPPED"],
            seconds=int(milliseconds) / 1000 if milliseconds else None,
        )


PARSER = LogParser(
    name="googletest",
    signs=("[  FAILED  ]", ": Failure", "[ RUN      ]", "[==========]"),
    read=read,
    landmarks=("[  FAILED  ]",),
    suites=suites,
)
