"""Reads the failures of Rust's test harness, doc tests included, and test programs that crash or hang."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.panics import LOOM, WORDS, down_to_next, is_trace, own_place, panics_in
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_SECTION = re.compile(r"^---- (?P<test>.+) (?:stdout|stderr) ----$")
_FAILED = re.compile(r"^test (?P<test>.+) \.\.\. FAILED$|^(?P<terse>\S.*) --- FAILED$")
_KIND = re.compile(r" - (?:should panic|compile fail|compile)$")
_DOCTEST = re.compile(r"^(?P<path>\S+\.(?:rs|md)) - .*\(line (?P<line>\d+)\)")
_NO_PANIC = re.compile(
    r"^note: (?P<message>test did not panic as expected)(?: at (?P<path>\S+?):(?P<line>\d+):(?P<column>\d+))?"
)
_RETURNED = re.compile(r"^Error: \S")
_RAN = re.compile(
    r"^test result: \w+\. (\d+) passed; (\d+) failed(?:; (\d+) ignored)?(?:.* finished in ([\d.]+)s)?"
)
_PROGRAM = re.compile(r"^\s+Running (?:unittests )?(\S+)|^\s+Doc-tests (\S+)")
_SLOW = re.compile(r"^test (?P<test>.+) has been running for over \d+ seconds$")
_ENDED = re.compile(r"^test (?P<test>.+) \.\.\. (?:ok|FAILED|ignored)")
_STOPPED = re.compile(
    r"exit(?:ed)? (?:with )?(?:code )?(?:124|137|143)\b|exceeded the maximum|operation was cancel"
)
_END = re.compile(r"^(?:failures:|successes:|test result:|error: (?:doc)?test failed|---- .* ----$)")
_RERUN = re.compile(r"^error: (?:doc)?test failed, to rerun pass ")
_CRASH = re.compile(
    r"^(?:memory allocation of \d+ bytes failed|.*'.* has overflowed its stack|fatal runtime error:)"
)
_HOW = re.compile(r"^process didn't exit successfully: .*\((?P<how>(?:signal|exit)[^()]*)\)$")
_OVERFLOW = re.compile(r"^(?:thread )?'?(?P<test>[\w:]+)' (?:\(\d+\) )?has overflowed its stack")
_PROGRESS = re.compile(r"^(?:running \d+ tests?|test .+ \.\.\. .*|\s*)$")
_NEXTEST = re.compile(r"^\s*Nextest run ID ")
_NEXTEST_ENDS = re.compile(r"^\s*Summary \[")
_LONGEST = 400
_MOST = 30
_PROGRAMS = 20
_WORDS = 12  # last lines of a test program that ended without a word of the harness


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test, else the crash, panic or hang of a test program."""
    told: set[str] = set()
    nextest = _by_nextest(log)
    for finding in _sections(log):
        if finding.places[0] not in nextest:
            told.update(finding.tests)
            if not LOOM.match(finding.message):  # loom's own parser tells of it
                yield finding
    for index, line in enumerate(log.lines):
        failed = _FAILED.match(line.text) if line.text.endswith("FAILED") and index not in nextest else None
        name = _KIND.sub("", (failed["test"] or failed["terse"]).strip()) if failed else ""
        if name and name not in told:
            told.add(name)
            yield Finding(
                cause=Cause.TEST,
                message=f"test {name} failed",
                places=(index,),
                rank=Rank.CONSEQUENCE,
                tests=(name,),
            )
    yield from () if told or nextest else _without_harness(log)


def _by_nextest(log: Log) -> range:
    """The lines of a nextest run, which shows the harness of each test where it does not capture output."""
    first = next((index for index, line in enumerate(log.lines) if _NEXTEST.match(line.text)), 0)
    last = next(
        (index for index in range(first, len(log.lines)) if _NEXTEST_ENDS.match(log.lines[index].text)), 0
    )
    return range(first, last if first else 0)


def _sections(log: Log) -> Iterator[Finding]:
    for index, line in enumerate(log.lines):
        section = _SECTION.match(line.text) if line.text.startswith("---- ") else None
        if section is not None:
            yield _failure(log, section["test"], index, list(_until_end(log, index)))


def _until_end(log: Log, index: int) -> Iterator[int]:
    for place in log.downward(index, _LONGEST):
        if _END.match(log.lines[place].text) or log.lines[place].command:
            return
        yield place


def _failure(log: Log, test: str, index: int, block: list[int]) -> Finding:
    panics = list(panics_in(log, block))
    said = [place for place in block if log.lines[place].text.strip() and not is_trace(log.lines[place].text)]
    locations: list[Location] = []
    message = f"test {test} failed"
    if (doctest := _DOCTEST.match(test)) is not None:
        locations.append(location(doctest["path"], doctest["line"]))
    elif panics:
        locations += own_place(log, panics[0], block)
    if panics:
        message = panics[0].message or message
    elif said:
        message, more = _without_panic(log, said)
        locations += () if doctest else more
    must = {place for panic in panics for place in panic.places}
    return Finding(
        cause=Cause.TEST,
        message=message,
        places=(index, *_shortened(said, must)),
        tests=(test,),
        locations=tuple(locations),
    )


def _without_panic(log: Log, said: list[int]) -> tuple[str, list[Location]]:
    """The message of a test that returned an error, did not panic as it should, or was not compiled."""
    for place in said:
        text = log.lines[place].text
        if (found := _NO_PANIC.match(text)) is not None:
            return found["message"], [location(found["path"], found["line"])] if found["path"] else []
        if _RETURNED.match(text):
            return text.strip(), []
    return log.lines[said[0]].text.strip(), []


def _shortened(said: Sequence[int], must: set[int]) -> tuple[int, ...]:
    """The panics with as much of the captured output, the last first, as there is room for."""
    if len(said) < _MOST:
        return tuple(said)
    room = max(0, _MOST - 1 - len(must))
    other = [place for place in said if place not in must]
    kept = must | set(other[len(other) - room :])
    return tuple(place for place in said if place in kept)


def _without_harness(log: Log) -> Iterator[Finding]:
    """What a test program says that ends before the harness has told of a failed test."""
    reruns = [index for index, line in enumerate(log.lines) if _RERUN.match(line.text)]
    for rerun in reruns[:_PROGRAMS]:
        yield _ended(log, rerun)
    if not reruns:
        yield from _panics(log)
    yield from _hang(log)


def _ended(log: Log, rerun: int) -> Finding:
    words: list[int] = []
    for place in log.upward(rerun, _LONGEST):
        if _PROGRAM.match(log.lines[place].text):
            break
        words.append(place)
    words.reverse()
    below = [place for place in log.downward(rerun, 5) if _HOW.match(log.lines[place].text.strip())]
    crash = [place for place in words if _CRASH.match(log.lines[place].text)]
    panics = list(panics_in(log, words))
    if panics:
        return Finding(
            cause=Cause.TEST,
            message=panics[0].message or log.lines[rerun].text,
            places=tuple(place for panic in panics for place in panic.places)[:_MOST],
            locations=own_place(log, panics[0], words),
        )
    how = _HOW.match(log.lines[below[0]].text.strip()) if below else None
    message = f"the test program ended with {how['how']}" if how else log.lines[rerun].text
    message = log.lines[crash[0]].text.strip() if crash else message
    last = [place for place in words if not _PROGRESS.match(log.lines[place].text)]
    return Finding(
        cause=Cause.TEST,
        message=message,
        places=(*(crash or last[-_WORDS:]), rerun, *below[:1]),
        rank=Rank.CONSEQUENCE,
        tests=tuple(
            found["test"]
            for place in crash
            if (found := _OVERFLOW.match(log.lines[place].text)) and found["test"] != "main"
        ),
    )


def _panics(log: Log) -> Iterator[Finding]:
    """The panics of a program that is run without a test harness."""
    around = range(log.begin, min(log.exit, len(log.lines)))
    for place in around:
        if WORDS in log.lines[place].text:
            below = down_to_next(log, place)
            for panic in panics_in(log, below):
                yield Finding(
                    cause=Cause.UNKNOWN,
                    message=panic.message or log.lines[place].text.strip(),
                    places=panic.places,
                    rank=Rank.LIKELY,
                    locations=own_place(log, panic, below),
                )


def _hang(log: Log) -> Iterator[Finding]:
    said = log.lines[log.exit].text if log.exit < len(log.lines) else ""
    if not (_STOPPED.search(said) or any("operation was cancel" in line.text for line in log.lines[-20:])):
        return
    ended = {found["test"] for line in log.lines if (found := _ENDED.match(line.text))}
    slow = [(index, found) for index, line in enumerate(log.lines) if (found := _SLOW.match(line.text))]
    slow = [(index, found) for index, found in slow if found["test"] not in ended]
    if slow:
        yield Finding(
            cause=Cause.INFRASTRUCTURE,
            message=f"time-out while {slow[-1][1]['test']} was running",
            places=tuple(index for index, _ in slow),
        )


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the result of every test program."""
    name, nextest = "cargo test", _by_nextest(log)
    for index, line in enumerate(log.lines):
        if (program := _PROGRAM.match(line.text)) is not None:
            name = program[1] or program[2]
        elif (found := _RAN.match(line.text)) is not None and index not in nextest:
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
        WORDS,
        "test result: FAILED",
        "... FAILED",
        "--- FAILED",
        "test failed, to rerun",
        "has been running for over",
    ),
    read=read,
    landmarks=(
        WORDS,
        "test result: FAILED",
        " ... FAILED",
    ),
    suites=suites,
)
