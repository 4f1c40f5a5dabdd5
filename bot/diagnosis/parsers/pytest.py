"""Reads the failures and errors that pytest reports."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.pytest_sections import locations_of, message_of, read_sections, telling, test_name
from bot.diagnosis.forms.python_frames import frame_locations, own_frames
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location, locations_in, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.forms.pytest_sections import Section
    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_SUMMARY = re.compile(
    r"^(?P<how>FAILED|ERROR) (?P<test>\S+\.(?:py|rst|md|txt|pyx)(?:::.+?)?)(?: - (?P<message>.*))?$"
)
_COUNTS = re.compile(r"^(?:=+ )?(?:\d+ [a-z]+(?:, )?)*\d+ (?:passed|failed|errors?|skipped)\b.* in [\d.]+ ?s")
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
_TOOK = re.compile(r" in ([\d.]+) ?s")
_AT_LINE = re.compile(r"^(?P<path>/\S+?\.py):(?P<line>\d+): (?P<message>\S.*)$")  # --tb=line
_TIMEOUT = re.compile(r"\+{10} Timeout \+{10,}$")
_HUNG = re.compile(r", in (?P<test>test\w*)$")
_SHOWN = 29  # lines of one failure beside its line in the summary
_TRACE = 400  # lines of the stacks that a time-out prints
_REFUSED = (
    Form(
        head=re.compile(
            r"^ERROR: (?P<message>(?:usage|not found|file or directory|found no collectors|.*unrecognized arguments).*)"
        ),
        cause=Cause.CONFIGURATION,
        body=re.compile(r"\S"),
        most=9,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(r"^(?P<message>ImportError while loading conftest.*)$"),
        cause=Cause.TEST,
        body=re.compile(r"\S"),
        most=20,
        rank=Rank.CONSEQUENCE,
    ),
    Form(
        head=re.compile(r"^INTERNALERROR>\s+File \"(?P<path>[^\"]+)\", line (?P<line>\d+)"),
        cause=Cause.TEST,
        body=re.compile(r"^INTERNALERROR>   "),
        until=re.compile(r"^INTERNALERROR>\s+File "),
        says=re.compile(r"\nINTERNALERROR> ((?:\w+\.)*\w+(?:Error|Exception|Exit)\b.*)"),
        needs=re.compile(r"\nINTERNALERROR> (?:\w+\.)*\w+(?:Error|Exception|Exit)\b"),
        rank=Rank.CONSEQUENCE,
    ),
    Form(
        head=re.compile(r"^INTERNALERROR> (?P<message>(?:\w+\.)*\w+(?:Error|Exception|Exit)\b.*)"),
        cause=Cause.TEST,
        above=re.compile(r"^INTERNALERROR>   "),
        rank=Rank.CONSEQUENCE,
    ),
    Form(
        head=re.compile(
            r"^(?:FAIL|ERROR:) (?P<message>Required test coverage of .+ not reached\..*|Coverage failure: .+)$"
        ),
        cause=Cause.CONFIGURATION,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(r"^=+ (?P<message>no tests ran|\d+ deselected) in [\d.]+s .*$"),
        cause=Cause.CONFIGURATION,
        rank=Rank.LIKELY,
        places=0,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test and every error of collecting or setting one up."""
    summaries = _summaries(log)
    told: set[str] = set()
    for finding in _reported(log, summaries):
        told.update(finding.tests)
        yield finding
    lines = _at_lines(log) if summaries else {}
    for test, (place, message) in summaries.items():
        if test not in told:
            yield _summed_up(test, place, message, lines)
    if not told and not summaries:
        hung = list(_hung(log))
        yield from hung or read_forms(log, _REFUSED)


def _summaries(log: Log) -> dict[str, tuple[int, str]]:
    """The lines of the short summary by the test they name."""
    found: dict[str, tuple[int, str]] = {}
    for index, line in enumerate(log.lines):
        if line.text.startswith(("FAILED ", "ERROR ")) and (one := _SUMMARY.match(line.text)) is not None:
            found.setdefault(one["test"], (index, one["message"] or ""))
    return found


def _reported(log: Log, summaries: dict[str, tuple[int, str]]) -> Iterator[Finding]:
    """The findings of the sections; files that one and the same error kept from being imported are one finding."""
    found: dict[tuple[str, str], Finding] = {}
    for section in read_sections(log):
        finding = _failure(log, section, summaries)
        where = str(finding.locations[:1]) if section.is_collecting else str(section.lines)
        key = (finding.message, where)
        if (first := found.get(key)) is not None:
            summed_up = [place for place in finding.places if _SUMMARY.match(log.lines[place].text)]
            finding = replace(first, tests=(*first.tests, *finding.tests), places=(*first.places, *summed_up))
        found[key] = finding
    yield from found.values()


def _failure(log: Log, section: Section, summaries: dict[str, tuple[int, str]]) -> Finding:
    test = test_name(log, section, summaries)
    own = summaries.get(test)
    message = message_of(log, section)
    return Finding(
        cause=Cause.TEST,
        message=message or (own[1] if own else "") or log.lines[section.lines[-1]].text.strip(),
        places=(*telling(log, section, _SHOWN), *((own[0],) if own else ())),
        tests=(test,),
        locations=locations_of(log, section, test),
    )


def _at_lines(log: Log) -> dict[str, Location]:
    """Where each message was raised, as --tb=line says."""
    found = (_AT_LINE.match(line.text) for line in log.lines)
    return {one["message"]: location(one["path"], one["line"]) for one in found if one is not None}


def _summed_up(test: str, place: int, message: str, lines: dict[str, Location]) -> Finding:
    path = path_in_repository(test.partition("::")[0])
    known = lines.get(message)
    return Finding(
        cause=Cause.TEST,
        message=message or f"{test} failed",
        places=(place,),
        rank=Rank.CONSEQUENCE,
        tests=(test,),
        locations=(known,) if known else tuple(one for one in locations_in(message) if one.path == path),
    )


def _hung(log: Log) -> Iterator[Finding]:
    """The test that was running when pytest-timeout ended everything."""
    for index, line in enumerate(log.lines):
        if not _TIMEOUT.search(line.text):
            continue
        stack = [index]
        for place in log.downward(index, _TRACE):
            stack.append(place)
            if _TIMEOUT.search(log.lines[place].text):
                break
        shown = own_frames(log, stack)
        tests = [one["test"] for place in shown if (one := _HUNG.search(log.lines[place].text))]
        yield Finding(
            cause=Cause.TEST,
            message=f"time-out while {tests[-1]} was running" if tests else "time-out",
            places=tuple(shown[-_SHOWN:]),
            tests=tuple(tests[-1:]),
            locations=frame_locations(log, stack),
        )
        return


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read how the tests ended off every summary line."""
    for line in log.lines:
        if " in " not in line.text[-60:] or not _COUNTS.match(line.text[:500]):
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
        " passed",
        " in 0.",
        "+ Timeout +",
        "Required test coverage",
    ),
    read=read,
    landmarks=(
        "= FAILURES =",
        "= ERRORS =",
        "short test summary info",
    ),
    suites=suites,
)
