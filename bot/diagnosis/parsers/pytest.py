"""Reads the failures and errors that pytest reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location, locations_in, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log
    from bot.diagnosis.model import Location

_PART = re.compile(r"^=+ (FAILURES|ERRORS) =+$")
_PART_END = re.compile(r"^=+ .* =+$|^-+ .*[Cc]overage.* -+$")
_HEAD = re.compile(r"^_{3,} (?P<name>\S.*?) _{3,}$|^__ (?P<long>\S.*?) _+$")
_CAPTURED = re.compile(r"^-{3,} Captured .* -{3,}$|^-{5,} .* -{5,}$")
_SAID = re.compile(r"^E(?:   |$)")
_PLACE = re.compile(r"^(?P<path>[^\s:]+\.\w+):(?P<line>\d+): (?P<error>\w[\w.]*)?(?: .*)?$")
_SUMMARY = re.compile(
    r"^(?P<how>FAILED|ERROR) (?P<test>\S+\.(?:py|rst|md|txt|pyx)(?:::.+?)?)(?: - (?P<message>.*))?$"
)
_ERROR_AT = re.compile(r"^ERROR (?:at (?:setup|teardown) of|collecting) ")
_COUNTS = re.compile(r"^=+ .*?\b(?:passed|failed|errors?)\b.* in [\d.]+")
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
_TOOK = re.compile(r" in ([\d.]+) ?s")
_USAGE = re.compile(
    r"^(?:ERROR: (?:usage|not found|file or directory|found no collectors|.*unrecognized arguments)|"
    r"INTERNALERROR> \w+(?:Error|Exception)|ImportError while loading conftest)"
)
_LONGEST = 400
_SHOWN = 30


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test and every error of collecting or setting one up."""
    summaries = _summaries(log)
    told: set[str] = set()
    for finding in _sections(log, summaries):
        told.update(finding.tests)
        yield finding
    for test, (place, message) in summaries.items():
        if test not in told:
            path, _, _ = test.partition("::")
            yield Finding(
                cause=Cause.TEST,
                message=message or f"{test} failed",
                places=(place,),
                rank=Rank.CONSEQUENCE,
                tests=(test,),
                locations=tuple(one for one in locations_in(message) if one.path == path_in_repository(path)),
            )
    if not told and not summaries:
        yield from _refused(log)


def _summaries(log: Log) -> dict[str, tuple[int, str]]:
    """The lines of the short summary by the test they name."""
    found: dict[str, tuple[int, str]] = {}
    for index, line in enumerate(log.lines):
        if line.text.startswith(("FAILED ", "ERROR ")) and (one := _SUMMARY.match(line.text)) is not None:
            found.setdefault(one["test"], (index, one["message"] or ""))
    return found


def _sections(log: Log, summaries: dict[str, tuple[int, str]]) -> Iterator[Finding]:
    part, index = False, 0
    while index < len(log.lines):
        text = log.lines[index].text
        if _PART_END.match(text):
            part = _PART.match(text) is not None
        elif part and (head := _HEAD.match(text)) is not None:
            block = _block(log, index)
            yield _failure(log, head["name"] or head["long"], block, summaries)
        index += 1


def _block(log: Log, index: int) -> list[int]:
    block = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if _HEAD.match(text) or _PART_END.match(text) or _CAPTURED.match(text) or log.lines[place].command:
            break
        block.append(place)
    while not log.lines[block[-1]].text.strip():
        block.pop()
    return block


def _failure(log: Log, name: str, block: list[int], summaries: dict[str, tuple[int, str]]) -> Finding:
    said = [place for place in block if _SAID.match(log.lines[place].text)]
    ends = [found for place in block if (found := _PLACE.match(log.lines[place].text)) is not None]
    message = log.lines[said[0]].text[1:].strip() if said else ""
    end = ends[-1] if ends else None
    test = _full_name(name, summaries, end["path"] if end else "")
    own = summaries.get(test)
    return Finding(
        cause=Cause.TEST,
        message=message or (own[1] if own else "") or log.lines[block[-1]].text.strip() or name,
        places=(*_telling(log, block, said), *((own[0],) if own else ())),
        tests=(test,),
        locations=_locations(ends, test),
    )


def _telling(log: Log, block: list[int], said: list[int]) -> list[int]:
    """The heading, what was said, and as much of the code above it as fits."""
    block = [place for place in block if log.lines[place].text.strip()]
    if len(block) <= _SHOWN - 1:
        return block
    wanted = set(said[: _SHOWN - 8])
    wanted.update((block[0], block[-1]))
    anchor = block.index(said[0]) if said else len(block) - 1
    for place in reversed(block[:anchor]):
        if len(wanted) >= _SHOWN - 1:
            break
        wanted.add(place)
    return sorted(wanted)


def _full_name(name: str, summaries: dict[str, tuple[int, str]], path: str) -> str:
    """The node id of a test from its heading, which leaves the file out."""
    bare = _ERROR_AT.sub("", name)
    tail = "::" + bare.replace(".", "::")
    for test in summaries:
        if test.endswith((tail, "::" + bare)) or test == bare:
            return test
    file = path_in_repository(path)
    if _ERROR_AT.match(name) and bare.endswith(".py"):
        return bare
    return f"{file}{tail}" if "test" in file.rpartition("/")[2] else bare


def _locations(ends: list[re.Match[str]], test: str) -> tuple[Location, ...]:
    """Where it went wrong: the last place, and the place in the test's own file."""
    path = test.partition("::")[0]
    own = [found for found in ends if path_in_repository(found["path"]) == path]
    chosen = [*ends[-1:], *own[-1:]]
    return tuple(dict.fromkeys(location(found["path"], found["line"]) for found in chosen))


def _refused(log: Log) -> Iterator[Finding]:
    for index, line in enumerate(log.lines):
        if _USAGE.match(line.text):
            yield Finding(
                cause=Cause.CONFIGURATION if line.text.startswith("ERROR: ") else Cause.TEST,
                message=line.text.removeprefix("INTERNALERROR> ").removeprefix("ERROR: "),
                places=(index, *(place for place in log.downward(index, 8) if place < log.exit)),
                rank=Rank.CONSEQUENCE,
            )
            return


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read how the tests ended off every summary line."""
    for line in log.lines:
        if not line.text.startswith("=") or not _COUNTS.match(line.text):
            continue
        counts = {word: int(count) for count, word in _COUNT.findall(line.text)}
        took = _TOOK.search(line.text)
        yield SuiteResult(
            name="pytest",
            passed=counts.get("passed", 0) + counts.get("xfailed", 0) + counts.get("xpassed", 0),
            failed=counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0),
            skipped=counts.get("skipped", 0),
            seconds=float(took[1]) if took else None,
        )


PARSER = LogParser(
    name="pytest",
    signs=(
        "= FAILURES =",
        "= ERRORS =",
        "short test summary info",
        "INTERNALERROR>",
        "ERROR: usage",
        "while loading conftest",
        "FAILED ",
    ),
    read=read,
    landmarks=(
        "= FAILURES =",
        "= ERRORS =",
        "short test summary info",
    ),
    suites=suites,
)
