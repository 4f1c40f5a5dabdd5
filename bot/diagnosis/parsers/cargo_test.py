"""Reads the failures of Rust's test harness, doc tests included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log
    from bot.diagnosis.model import Location

_SECTION = re.compile(r"^---- (?P<test>.+) (?:stdout|stderr) ----$")
_FAILED = re.compile(r"^test (?P<test>.+) \.\.\. FAILED$")
_PANIC = re.compile(
    r"^\s*thread '(?P<thread>[^']*)'(?: \(\d+\))? panicked at "
    r"(?:(?P<old>'.*'), )?(?P<path>[^\s']+?):(?P<line>\d+)(?::(?P<column>\d+))?:?$"
)
_DOCTEST = re.compile(r"^(?P<path>\S+\.(?:rs|md)) - .*\(line (?P<line>\d+)\)")
_RAN = re.compile(
    r"^test result: \w+\. (\d+) passed; (\d+) failed(?:; (\d+) ignored)?(?:.* finished in ([\d.]+)s)?"
)
_PROGRAM = re.compile(r"^\s+Running (?:unittests )?(\S+)|^\s+Doc-tests (\S+)")
_NOISE = re.compile(r"^note: (?:run with|Run with|Some details are omitted)|^\s*$")
_SLOW = re.compile(r"^test (?P<test>.+) has been running for over \d+ seconds$")
_END = re.compile(r"^(?:failures:|successes:|test result:|error: test failed|----)")
_CRASH = re.compile(
    r"^(?:memory allocation of \d+ bytes failed|thread '.*' has overflowed its stack|fatal runtime error:|"
    r"error: test failed, to rerun|.*\((?:signal: \d+|exit code: 0x[0-9a-f]+)[^)]*\)$)"
)
_LONGEST = 60


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test, else the crash or hang of a test program."""
    told: set[str] = set()
    for finding in _sections(log):
        told.update(finding.tests)
        yield finding
    for index, line in enumerate(log.lines):
        failed = _FAILED.match(line.text) if line.text.endswith("FAILED") else None
        if failed and _name(failed["test"]) not in told:
            told.add(_name(failed["test"]))
            yield Finding(
                cause=Cause.TEST,
                message=f"test {_name(failed['test'])} failed",
                places=(index,),
                rank=Rank.CONSEQUENCE,
                tests=(_name(failed["test"]),),
            )
    if not told:
        yield from _crash(log)
        yield from _hang(log)


def _name(test: str) -> str:
    return test.removesuffix(" - should panic").strip()


def _sections(log: Log) -> Iterator[Finding]:
    for index, line in enumerate(log.lines):
        section = _SECTION.match(line.text) if line.text.startswith("---- ") else None
        if section is None:
            continue
        block = [place for place in _until_end(log, index) if not _NOISE.match(log.lines[place].text)]
        yield _failure(log, section["test"], [index, *block])


def _until_end(log: Log, index: int) -> Iterator[int]:
    for place in log.downward(index, _LONGEST):
        if _END.match(log.lines[place].text) or log.lines[place].command:
            return
        yield place


def _failure(log: Log, test: str, block: list[int]) -> Finding:
    panics = [(place, found) for place in block if (found := _PANIC.match(log.lines[place].text))]
    locations: list[Location] = []
    message = f"test {test} failed"
    doctest = _DOCTEST.match(test)
    if doctest:
        locations.append(location(doctest["path"], doctest["line"]))
    if panics:
        place, panic = panics[0]
        if not doctest:
            locations.append(location(panic["path"], panic["line"], panic["column"]))
        below = log.lines[place + 1].text if place + 1 in block else ""
        message = (panic["old"] or below).strip().strip("'") or message
    elif len(block) > 1:
        message = log.lines[block[1]].text.strip()
    return Finding(
        cause=Cause.TEST,
        message=message,
        places=tuple(block),
        tests=(test,),
        locations=tuple(locations),
    )


def _crash(log: Log) -> Iterator[Finding]:
    places = [index for index, line in enumerate(log.lines) if _CRASH.match(line.text.strip())]
    if not places:
        return
    first = log.lines[places[0]].text.strip()
    yield Finding(cause=Cause.TEST, message=first, places=tuple(places), rank=Rank.CONSEQUENCE)


def _hang(log: Log) -> Iterator[Finding]:
    slow = [(index, found) for index, line in enumerate(log.lines) if (found := _SLOW.match(line.text))]
    if slow and "124" in (log.lines[log.exit].text if log.exit < len(log.lines) else ""):
        yield Finding(
            cause=Cause.INFRASTRUCTURE,
            message=f"time-out while {slow[-1][1]['test']} was running",
            places=tuple(index for index, _ in slow),
        )


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the result of every test program."""
    name = "cargo test"
    for line in log.lines:
        if (program := _PROGRAM.match(line.text)) is not None:
            name = program[1] or program[2]
        elif (found := _RAN.match(line.text)) is not None:
            yield SuiteResult(
                name=name,
                passed=int(found[1]),
                failed=int(found[2]),
                skipped=int(found[3] or 0),
                seconds=float(found[4]) if found[4] else None,
            )


PARSER = LogParser(
    name="cargo test",
    signs=(
        "---- ",
        "panicked at",
        "test result: FAILED",
        "... FAILED",
        "error: test failed",
        "has been running for over",
    ),
    read=read,
    landmarks=(
        "panicked at",
        "test result: FAILED",
        " ... FAILED",
    ),
    suites=suites,
)
