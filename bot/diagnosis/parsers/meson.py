"""Reads the errors of Meson's set-up and the tests that `meson test` says failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_ERROR = re.compile(
    r"^(?P<path>\S*meson(?:\.build|_options\.txt|\.options)):(?P<line>\d+):(?P<column>\d+): ERROR: (?P<message>.+)"
)
_LACKS = re.compile(
    r"^(?:Dependency|Program|Subproject|Neither a subproject|C\+?\+? (?:shared|static)|Wrap|Could not (?:find|get)|"
    r"Automatic wrap|Git command failed|\S+ library)|not found|Invalid version"
)
_RESULT = re.compile(
    r"^\s*\d+/\d+ (?:(?P<suite>\S.*?) [-/] )?(?P<test>\S.*?)\s+(?P<how>FAIL|ERROR|TIMEOUT|INTERRUPT|UNEXPECTEDPASS)"
    r"\s+[\d.]+ ?s\b(?P<rest>.*)"
)
_CUT = re.compile(r"^―+ ✀ +―+$")
_RULE = re.compile(r"^―{10,}$|^-{30,}$")
_STREAM = re.compile(r"^(?:stdout|stderr):$")
_FRAMEWORK = re.compile(
    r"\[  FAILED  \]|: FAILED:$|\[doctest\]|^not ok |Sanitizer: |panicked at|^(?:FAIL|ERROR): "
)
_COUNT = re.compile(
    r"^(?P<how>Ok|Expected Fail|Fail|Unexpected Pass|Skipped|Timeout|Pass): +(?P<count>\d+)\s*$"
)
_LONGEST = 300
_MOST = 20


def read(log: Log) -> Iterator[Finding]:
    """This function will find what stopped the set-up, and every failed test once with what it printed."""
    found: dict[str, Finding] = {}
    told: set[str] = set()
    for index, line in enumerate(log.lines):
        if "ERROR: " in line.text and (error := _ERROR.match(line.text)) is not None:
            if error[0] in told:
                continue  # a service's log shows Meson's own log as well
            told.add(error[0])
            yield Finding(
                cause=Cause.DEPENDENCY if _LACKS.search(error["message"]) else Cause.COMPILE,
                message=error["message"],
                places=(index,),
                locations=(location(error["path"], error["line"], error["column"]),),
            )
        elif "/" in line.text and (result := _RESULT.match(line.text)) is not None:
            found.setdefault(result["test"], _finding(log, index, result))
    yield from found.values()


def _finding(log: Log, index: int, result: re.Match[str]) -> Finding:
    printed = list(_printed(log, index))
    known = any(_FRAMEWORK.search(log.lines[place].text) for place in printed)
    said = [] if known else printed[-_MOST:]
    message = f"test {result['test']} {result['how'].lower()}"
    return Finding(
        cause=Cause.TEST,
        message=f"{message}: {log.lines[said[-1]].text.strip()}" if said else message,
        places=(index, *said),
        rank=Rank.ROOT if said else Rank.CONSEQUENCE,
        tests=(result["test"],),
    )


def _printed(log: Log, index: int) -> Iterator[int]:
    """What the test printed, between the scissors and the rule."""
    cut = False
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if _CUT.match(text):
            cut = True
        elif _RULE.match(text) or _RESULT.match(text) or log.lines[place].command:
            return
        elif cut and text.strip() and not _STREAM.match(text):
            yield place


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts at the end of every run."""
    counts: dict[str, int] = {}
    for line in log.lines:
        if (found := _COUNT.match(line.text)) is not None:
            counts[found["how"]] = int(found["count"])
        elif counts:
            yield from _suite(counts)
            counts = {}
    yield from _suite(counts)


def _suite(counts: dict[str, int]) -> Iterator[SuiteResult]:
    if "Ok" in counts:
        yield SuiteResult(
            name="meson test",
            passed=counts["Ok"] + counts.get("Expected Fail", 0),
            failed=sum(counts.get(how, 0) for how in ("Fail", "Unexpected Pass", "Timeout")),
            skipped=counts.get("Skipped", 0),
        )


PARSER = LogParser(
    name="meson",
    signs=(
        "meson.build:",
        "meson_options.txt:",
        "meson.options:",
        "meson test",
        "Expected Fail:",
        "testlog.txt",
    ),
    read=read,
    suites=suites,
)
