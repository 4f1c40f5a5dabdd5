"""Reads off a log how long single tests took, where their tool prints it."""

from __future__ import annotations

import re
from heapq import nlargest
from typing import TYPE_CHECKING

from bot.diagnosis.model import SlowTest
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.diagnosis.log.logs import Log

MOST = 50
LEAST_SECONDS = 0.1  # below this no test is slow, however little the others take
NAME_WIDTH = 300
_SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "seconds": 1.0, "m": 60.0, "ms": 0.001, "milliseconds": 0.001}

# Each names `name` and `time`, and `unit` where that differs.
_FORMS = tuple(
    re.compile(form)
    for form in (
        # https://nexte.st/docs/reporting/: "PASS [   0.004s] ( 1/10) crate::binary module::test"
        r"^\s*(?:(?:TRY \d{1,3} )?(?:PASS|FAIL)|LEAK) \[ *(?P<time>\d{1,7}\.\d+)s\] (?:\([ \d/]+\) )?(?P<name>\S.*)$",
        # libtest --report-time
        r"^test (?P<name>.+) \.\.\. (?:ok|FAILED) <(?P<time>\d{1,7}\.\d{1,9})s>$",
        # pytest --durations
        r"^(?P<time>\d{1,7}\.\d{1,9})s call +(?P<name>\S.*::.*)$",
        # unittest --durations: "1.000s     test_x (tests.test_x.Case.test_x)"
        r"^(?P<time>\d{1,7}\.\d{1,9})s {4,}(?P<name>test\w* \([\w.]+\))$",
        # go test -v, and what fails without it
        r"^\s*--- (?:PASS|FAIL): (?P<name>\S+) \((?P<time>\d{1,7}\.\d{1,9})s\)$",
        # GoogleTest
        r"^\[ {7}OK \] (?P<name>\S+) \((?P<time>\d{1,9}) (?P<unit>ms)\)$",
        r"^\[ {2}FAILED {2}\] (?P<name>\S+) \((?P<time>\d{1,9}) (?P<unit>ms)\)$",
        # CTest
        r"^\s*\d+/\d+ Test +#\d+: (?P<name>\S+) \.+\s*(?:Passed|\*\*\*\w+) +(?P<time>\d{1,7}\.\d{1,9}) (?P<unit>sec)$",
        # VSTest, with the console logger's normal verbosity: "  Passed Hull.Tests.Floats [1 s]"
        r"^\s+(?:Passed|Failed) (?P<name>\S.*) \[(?P<time>\d{1,9}(?:\.\d{1,9})?) (?P<unit>ms|s|m)(?: \d+ s)?\]$",
        # XCTest
        r"^Test Case '(?P<name>[^']+)' (?:passed|failed) \((?P<time>\d{1,7}\.\d{1,9}) (?P<unit>seconds)\)\.?$",
        # minitest -v: "HullTest#test_floats = 1.20 s = ."
        r"^(?P<name>\w\S*#test_\S+) = (?P<time>\d{1,7}\.\d{1,9}) s = [.FESU]$",
    )
)
# These mark any good news with a tick: only where their own summary shows that a test runner wrote it.
_TICKED = re.compile(r"^\s+[✓√✔✕\u00d7] (?P<name>\S.*) \((?P<time>\d{1,9}(?:\.\d{1,9})?) ?(?P<unit>ms|s)\)$")
_TICKS = re.compile(r"^Test Suites: |^\s+\d+ passing \(|^\s*Test Files  ")
_TELLS = re.compile(r"\d ?(?:ms|s|sec|seconds)(?:[\])>]| call | {4}| = |$)")  # most lines tell no time


def slow_tests(log: Log) -> tuple[SlowTest, ...]:
    """This function will return the tests that took longest, the slowest first."""
    lines = [line.text for line in log.lines if not line.command]
    forms = (*_FORMS, _TICKED) if any(_TICKS.search(line) for line in lines) else _FORMS
    longest: dict[str, float] = {}
    for name, seconds in _times(lines, forms):
        if seconds >= LEAST_SECONDS:
            longest[name] = max(seconds, longest.get(name, 0.0))
    slowest = nlargest(MOST, longest.items(), key=lambda item: item[1])
    return tuple(SlowTest(name=redact(name)[:NAME_WIDTH], seconds=seconds) for name, seconds in slowest)


def _times(lines: Iterable[str], forms: tuple[re.Pattern[str], ...]) -> Iterable[tuple[str, float]]:
    for line in lines:
        if not _TELLS.search(line):
            continue
        found = next((found for form in forms if (found := form.match(line))), None)
        if found is not None:
            unit = found.groupdict().get("unit") or ""
            yield " ".join(found["name"].split()), float(found["time"]) * _SECONDS[unit]
