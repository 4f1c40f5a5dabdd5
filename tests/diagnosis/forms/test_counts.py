from __future__ import annotations

import re

from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.model import SuiteResult

RUN = Count(
    sign="tests run",
    line=re.compile(
        r"(?:(?P<suite>\w+): )?(?P<total>[\d,]+) tests run(?:, (?P<failed>\d+) failed)?(?:, (?P<errors>\d+) errors)?"
        r"(?:, (?P<skipped>\d+) skipped)?(?: in (?:(?P<minutes>\d+) min )?(?P<seconds>[\d.]+) s)?"
    ),
)
PASSED = Count(sign="passed", line=re.compile(r"(?P<passed>\d+) passed"), last=True)


def log_of(*texts: str) -> Log:
    return Log(lines=tuple(Line(number, text) for number, text in enumerate(texts, 1)))


def test_what_is_missing_is_reckoned_and_the_time_added_up() -> None:
    log = log_of("boat: 1,012 tests run, 2 failed, 3 errors, 7 skipped in 1 min 2.5 s", "no tests run here")

    assert list(counts_of("tool", RUN)(log)) == [
        SuiteResult(name="boat", passed=1000, failed=5, skipped=7, seconds=62.5)
    ]


def test_a_suite_without_a_name_and_time_has_the_tools_name_and_no_time() -> None:
    assert list(counts_of("tool", RUN)(log_of("2 tests run"))) == [SuiteResult(name="tool", passed=2)]


def test_only_the_last_of_repeated_totals_counts() -> None:
    log = log_of("1 passed", "3 passed", "done")

    assert list(counts_of("tool", PASSED)(log)) == [SuiteResult(name="tool", passed=3)]


def test_a_count_may_stand_on_two_lines() -> None:
    count = Count(sign="Ran", line=re.compile(r"Ran (?P<total>\d+)\n(?P<failed>\d+) failures"), span=2)

    assert list(counts_of("tool", count)(log_of("Ran 3", "1 failures", "Ran 4"))) == [
        SuiteResult(name="tool", passed=2, failed=1)
    ]
