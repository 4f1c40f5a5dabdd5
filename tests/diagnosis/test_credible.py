from __future__ import annotations

import math

import pytest

from bot.diagnosis.credible import MOST_SUITES, MOST_TESTS, credible
from bot.diagnosis.model import SlowTest, SuiteReport, SuiteResult

GOOD = SuiteResult(name="hull", passed=3, failed=1, skipped=2, seconds=1.5)


def test_what_can_be_is_left_as_it_is() -> None:
    report = SuiteReport(
        suites=(GOOD, SuiteResult(name="timeless")), slowest=(SlowTest(name="t", seconds=2),)
    )

    assert credible(report) == report
    assert credible(None) is None


@pytest.mark.parametrize(
    "suite",
    [
        SuiteResult(name="x", passed=10**29),
        SuiteResult(name="x", failed=MOST_TESTS + 1),
        SuiteResult(name="x", skipped=-1),
    ],
)
def test_more_tests_than_there_are_are_not_believed(suite: SuiteResult) -> None:
    assert credible(SuiteReport(suites=(suite, GOOD))) == SuiteReport(suites=(GOOD,))
    assert credible(SuiteReport(suites=(suite,))) is None


@pytest.mark.parametrize("seconds", [math.inf, math.nan, -1.0, 1e300])
def test_a_time_without_end_is_not_known(seconds: float) -> None:
    claimed = SuiteReport(
        suites=(SuiteResult(name="x", passed=1, seconds=seconds),),
        slowest=(SlowTest(name="t", seconds=seconds), SlowTest(name="u", seconds=1)),
    )

    assert credible(claimed) == SuiteReport(
        suites=(SuiteResult(name="x", passed=1),), slowest=(SlowTest(name="u", seconds=1),)
    )


def test_suites_are_not_endless() -> None:
    many = credible(SuiteReport(suites=(GOOD,) * (MOST_SUITES + 9)))

    assert many is not None
    assert len(many.suites) == MOST_SUITES
