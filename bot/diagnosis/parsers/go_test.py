"""Reads the failures of go test, plain, verbose and as JSON, and of gotestsum."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import locations_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_OUTPUT = re.compile(r'^\{"Time":.*"Action":"output",.*"Output":("(?:[^"\\]|\\.)*")\}$')
_FAILED = re.compile(r"^(?P<indent>\s*)--- FAIL: (?P<test>\S+)")
_EVENT = re.compile(r"^\s*(?:--- (?:FAIL|PASS|SKIP|BENCH):|=== )|^(?:FAIL|ok|PASS)\b|^panic: |^={18}$")
_RUNS = re.compile(r"^=== (?:RUN|CONT|NAME)\s+(?P<test>\S+)")
_MESSAGE = re.compile(r"^\s+\S+\.go:\d+: (\S.*)")
_TESTIFY = re.compile(r"^\s*Error:\s+(\S.*)")
_PANIC = re.compile(r"^panic: (.+?)(?: \[recovered.*\])?$")
_STACK = re.compile(r"^(?:\s|goroutine |panic: |\[signal |created by |exit status |[\w./*()\[\]-]+\()")
_TEST_FRAME = re.compile(r"^\S*\.(?P<test>(?:Test|Fuzz|Example|Benchmark)\w*)\(")
_STILL_RUNNING = re.compile(r"^\s+(?P<test>(?:Test|Fuzz|Example|Benchmark)\S*) \(\d")
_RUNTIME = re.compile(
    r"(?:^|/)go(?:-[\d.]+|/[\d.]+(?:/x64)?)?/src/|^/usr/local/go/|/pkg/mod/|^testing\.go$|^_testmain\.go$"
)
_PACKAGE = re.compile(r"^(?P<how>ok|FAIL|---)\s+\t?(?P<name>\S+)\t(?:(?P<seconds>[\d.]+)s|\(cached\))")
_RESULT = re.compile(r"^\s*--- (?P<how>PASS|FAIL|SKIP): ")
_LONGEST = 60
_PANICS = 50  # panics of one log that are read
_STACKS = 400  # lines of the goroutines' stacks below one
_DEEPEST = 8  # subtests within each other
_SHOWN = 30
_CLOSING = (
    Form(
        head=re.compile(r"^=== FAIL: \S+ (?P<test>(?:Test|Fuzz|Example|Benchmark)\S*)"),  # gotestsum
        cause=Cause.TEST,
        body=re.compile(r"^\s+\S|^panic: |^goroutine "),
        blanks=1,
        places=10,
        says=re.compile(r"^\s+(?:\S+\.go:\d+: |Error:\s+)(\S.*)", re.MULTILINE),
    ),
    Form(
        head=re.compile(r"^FAIL\t(?P<message>\S+\t[\d.]+s)$"),
        cause=Cause.TEST,
        above=re.compile(r"^exit status \d"),
        rank=Rank.WRAPPER,
    ),
)  # fmt: skip


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failed test, data race and panic of a test program."""
    texts = [_plain(line.text) for line in log.lines]
    said = _said_by_test(texts)
    failed = [(index, found) for index, text in enumerate(texts) if (found := _FAILED.match(text))]
    parents = {parent for _, found in failed for parent in _parents(found["test"])}
    told: set[str] = set()
    for index, found in failed:
        test = found["test"]
        block = _block(log, texts, index, len(found["indent"])) or said.get(test, [])
        if test not in told:
            told.add(test)
            one = _failure(texts, index, test, block)
            yield replace(one, rank=Rank.CONSEQUENCE) if test in parents and not block else one
    yield from _races(log, texts)
    yield from _panics(log, texts, told)
    yield from (one for one in read_forms(log, _CLOSING) if not told.issuperset(one.tests) or not one.tests)


def _parents(test: str) -> Iterator[str]:
    """The tests that a subtest stands in, who fail with it."""
    parts = test.split("/")[:_DEEPEST]
    return ("/".join(parts[:most]) for most in range(1, len(parts)))


def _plain(text: str) -> str:
    """The line as the test printed it, where `go test -json` wraps it."""
    found = _OUTPUT.match(text) if text.startswith("{") else None
    return str(json.loads(found[1], strict=False)).rstrip() if found else text


def _said_by_test(texts: list[str]) -> dict[str, list[int]]:
    """What each test said before its result, as `go test -v` prints it."""
    said: dict[str, list[int]] = {}
    test = ""
    for index, text in enumerate(texts):
        if text.startswith("=== "):
            found = _RUNS.match(text)
            test = found["test"] if found else ""
        elif test and text.startswith((" ", "\t")) and "--- " not in text:
            said.setdefault(test, []).append(index)
    return said


def _block(log: Log, texts: list[str], index: int, indent: int) -> list[int]:
    """What the test says below its result: lines that are indented more, or a panic's stack."""
    block: list[int] = []
    for place in log.downward(index, _LONGEST):
        text = texts[place]
        if not text.strip():
            continue
        in_panic = bool(block) and texts[block[0]].startswith("panic: ") and _STACK.match(text) is not None
        starts_panic = not block and text.startswith("panic: ")
        is_deeper = len(text) - len(text.lstrip()) > indent and not _EVENT.match(text)
        if not (in_panic or starts_panic or is_deeper):
            break
        block.append(place)
    return block


def _failure(texts: list[str], index: int, test: str, block: list[int]) -> Finding:
    said = [texts[place] for place in block]
    unique = {texts[place]: place for place in reversed(block)}  # a loop says the same thing many times
    return Finding(
        cause=Cause.TEST,
        message=_message(said) or f"{test} failed",
        places=(index, *sorted(unique.values()))[:_SHOWN],
        tests=(test,),
        locations=_locations(said),
    )


def _message(said: list[str]) -> str:
    for pattern in (_PANIC, _TESTIFY, _MESSAGE):
        for text in said:
            if (found := pattern.match(text)) is not None:
                return found[1].strip()
    return said[0].strip() if said else ""


def _locations(said: list[str]) -> tuple[Location, ...]:
    """The places in the repository's own files; those of a stack only down to the test."""
    found = [one for text in said for one in locations_in(text) if not _RUNTIME.search(one.path)]
    return tuple(dict.fromkeys(one for one in found if one.path.endswith(".go")))[:10]


def _races(log: Log, texts: list[str]) -> Iterator[Finding]:
    told: set[str] = set()
    for index, text in enumerate(texts):
        if text != "WARNING: DATA RACE":
            continue
        block = []
        for place in log.downward(index, _LONGEST):
            if texts[place].startswith("====="):
                break
            if texts[place].strip():
                block.append(place)
        locations = _locations([texts[place] for place in block])
        if str(locations[:2]) not in told:
            told.add(str(locations[:2]))
            yield Finding(
                cause=Cause.TEST,
                message=f"data race: {texts[block[0]].strip()}" if block else "data race",
                places=(index, *block[: _SHOWN - 1]),
                locations=locations[:4],
            )


def _panics(log: Log, texts: list[str], told: set[str]) -> Iterator[Finding]:
    """The panics that no test's result stands above: a test program that ran out of time or died."""
    panics = [(index, found) for index, text in enumerate(texts) if (found := _PANIC.match(text))]
    for index, found in panics[:_PANICS]:
        if index and _FAILED.match(texts[index - 1]):
            continue
        block = [
            place for place in log.downward(index, _STACKS) if _STACK.match(texts[place]) or not texts[place]
        ]
        said = [place for place in block if texts[place].strip()]
        tests = [one["test"] for place in said if (one := _STILL_RUNNING.match(texts[place]))] or [
            one["test"] for place in said if (one := _TEST_FRAME.match(texts[place]))
        ]
        if tests and told.issuperset(tests):
            continue
        yield Finding(
            cause=Cause.TEST,
            message=found[1],
            places=(index, *_stack(texts, said)),
            rank=Rank.ROOT if tests else Rank.CONSEQUENCE,
            tests=tuple(dict.fromkeys(tests)),
            locations=_locations([texts[place] for place in said])[:3],
        )


def _stack(texts: list[str], said: list[int]) -> list[int]:
    """The tests still running and the stack of the goroutine that a test stands in, else the first lines."""
    running = [
        place for place in said if "running tests:" in texts[place] or _STILL_RUNNING.match(texts[place])
    ]
    frame = next((place for place in said if _TEST_FRAME.match(texts[place])), None)
    if frame is None:
        return said[: _SHOWN - 1]
    start = max(
        (place for place in said if place < frame and texts[place].startswith("goroutine ")), default=frame
    )
    stack = [place for place in said if start <= place <= frame + 1]
    return sorted({*running, *stack})[: _SHOWN - 1]


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will count the results of each package, which only a verbose run names all."""
    texts = [_plain(line.text) for line in log.lines]
    if not any(text.startswith("=== RUN") for text in texts):
        return
    counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}
    for text in texts:
        if (result := _RESULT.match(text)) is not None:
            counts[result["how"]] += 1
        elif (package := _PACKAGE.match(text)) is not None:
            yield SuiteResult(
                name=package["name"],
                passed=counts["PASS"],
                failed=counts["FAIL"],
                skipped=counts["SKIP"],
                seconds=float(package["seconds"]) if package["seconds"] else None,
            )
            counts = dict.fromkeys(counts, 0)


PARSER = LogParser(
    name="go test",
    signs=("--- FAIL", "panic: ", "DATA RACE", "FAIL\t", "=== FAIL"),
    landmarks=("--- FAIL", "panic: ", "DATA RACE"),
    read=read,
    suites=suites,
)
