"""Reads the errors and failed targets that Bazel reports, with what the failed tests printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_BAZEL = ("INFO: Elapsed time: ", "INFO: Analyzed ", "INFO: Found ", "INFO: Build completed")
_ERROR = re.compile(r"^ERROR: (?:(?P<path>\S+):(?P<line>\d+):(?P<column>\d+): )?(?P<message>\S.*)")
_END = re.compile(r"^(?:Target|INFO|ERROR|WARNING|DEBUG|FAILED|FAIL|Loading|Analyzing)\b|^//\S+ +[A-Z]+")
_BUILD = re.compile(r"(?:^|/)(?:BUILD|WORKSPACE|MODULE)(?:\.bazel)?$")
_TIME = re.compile(r"^\(\d\d:\d\d:\d\d\) ")
_COMMAND = re.compile(
    r"^Use --|^\s+\(cd /|^\s+exec env|^\s+[A-Z_]+=\S*.*\\$|^\s+/\S+ .*\\?$|^# Configuration: |^# Execution platform: |^\d{10}\.\d+: "
)
_SECOND = re.compile(
    r"^(?:Analysis of target .* failed|Couldn't start the build|package contains errors|error loading package|"
    r"Build did NOT complete|Skipping |Error fetching repository|.* depends on .* which failed to fetch)"
)
_NETWORK = re.compile(
    r"(?i)unknown host|timed? ?out|connection (?:reset|refused)|GET returned 5\d\d|50[234] |Read timed"
)
_FETCH = re.compile(
    r"error occurred during the fetch|failed to fetch|Error downloading|Error computing the main repository mapping"
)
_NONE = re.compile(r"^No test targets were found|^Unrecognized option|^Config value .* is not defined")
_ROW = re.compile(
    r"^(?P<test>//\S+|@\S+//\S+) +(?:\(cached\) )?(?P<how>FAILED TO BUILD|FAILED|TIMEOUT)\b(?P<rest>.*)"
)
_OUTPUT = re.compile(r"^=+ Test output for (?P<test>\S+)(?: \(.*\))?:$")
_BAR = re.compile(r"^={80}$")
_FRAMEWORK = re.compile(
    r"\[  FAILED  \]|: FAILED:$|\[doctest\]|^(?:FAIL|ERROR): |^--- FAIL|FAILURES!!!|^=+ FAILURES =+|panicked at"
)
_COMPILER = re.compile(r":\d+:\d+: (?:fatal )?error: |^error(?:\[E\d+\])?: |undefined reference")
_COUNTS = re.compile(r"^Executed \d+ out of \d+ tests?: (?P<counts>.+)")
_COUNT = re.compile(r"(\d+) (?:tests? )?(pass|fail|were skipped|was skipped)")
_LONGEST = 400
_MOST = 20


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error of the build and every failed test target; flaky ones passed."""
    known = any(_TIME.sub("", line.text).startswith(_BAZEL) for line in log.lines)
    for index, line in enumerate(log.lines):
        text = _TIME.sub("", line.text)
        error = _ERROR.match(text) if text.startswith("ERROR: ") else None
        if error is not None and (known or _BUILD.search(error["path"] or "")):
            yield _error(log, index, error)
    yield from _targets(log)


def _error(log: Log, index: int, error: re.Match[str]) -> Finding:
    block = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if _END.match(_TIME.sub("", text)) or log.lines[place].command:
            break
        if text.strip() and not _COMMAND.match(text):
            block.append(place)
    said = [log.lines[place].text for place in block]
    second = _SECOND.match(error["message"]) or any(_COMPILER.search(text) for text in said[1:])
    where = (location(error["path"], error["line"], error["column"]),) if error["path"] else ()
    return Finding(
        cause=_cause("\n".join(said), error["message"]),
        message=error["message"],
        places=tuple(block[:_MOST]),
        rank=Rank.CONSEQUENCE if second else Rank.ROOT,
        locations=() if "/external/" in (error["path"] or "") else where,
    )


def _cause(text: str, message: str) -> Cause:
    if _FETCH.search(text):
        return Cause.INFRASTRUCTURE if _NETWORK.search(text) else Cause.DEPENDENCY
    return Cause.CONFIGURATION if _NONE.match(message) else Cause.COMPILE


def _targets(log: Log) -> Iterator[Finding]:
    outputs = {
        found["test"]: index
        for index, line in enumerate(log.lines)
        if line.text.startswith("=") and (found := _OUTPUT.match(line.text)) is not None
    }
    told: set[str] = set()
    for index, line in enumerate(log.lines):
        row = _ROW.match(line.text) if line.text.startswith(("//", "@")) else None
        if row is None or row["test"] in told:
            continue
        told.add(row["test"])
        printed = list(_printed(log, outputs[row["test"]])) if row["test"] in outputs else []
        known = any(_FRAMEWORK.search(log.lines[place].text) for place in printed)
        said = [] if known else printed[-_MOST:]
        build = row["how"] == "FAILED TO BUILD"
        message = f"test {row['test']} {row['how'].lower()}"
        yield Finding(
            cause=Cause.COMPILE if build else Cause.TEST,
            message=f"{message}: {log.lines[said[-1]].text.strip()}" if said else message,
            places=(*said, index),
            rank=Rank.ROOT if said else Rank.CONSEQUENCE,
            tests=() if build else (row["test"],),
        )


def _printed(log: Log, index: int) -> Iterator[int]:
    for place in log.downward(index, _LONGEST):
        if _BAR.match(log.lines[place].text) or _OUTPUT.match(log.lines[place].text):
            return
        if log.lines[place].text.strip():
            yield place


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read how many test targets passed and failed."""
    for line in log.lines:
        if (found := _COUNTS.match(line.text)) is not None:
            counts = {how: int(count) for count, how in _COUNT.findall(found["counts"])}
            yield SuiteResult(
                name="bazel test",
                passed=counts.get("pass", 0),
                failed=counts.get("fail", 0),
                skipped=counts.get("were skipped", 0) + counts.get("was skipped", 0),
            )


PARSER = LogParser(
    name="bazel",
    signs=(
        "INFO: Elapsed time: ",
        "FAILED in ",
        "INFO: Analyzed ",
        "TIMEOUT in ",
        "FAILED TO BUILD",
        "INFO: Build completed",
        "BUILD:",
        "BUILD.bazel:",
    ),
    read=read,
    suites=suites,
)
