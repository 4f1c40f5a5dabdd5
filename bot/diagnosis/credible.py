"""Drops what a log or a file claims of tests that no run can have done: hostile numbers must not reach a database."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.diagnosis.model import SuiteReport, SuiteResult

MOST_TESTS = 10_000_000  # of one suite
MOST_SECONDS = 1e8  # three years
MOST_SUITES = 1_000


def credible(report: SuiteReport | None) -> SuiteReport | None:
    """This function will return what can be believed of a report; None where nothing can."""
    if report is None:
        return None
    suites = tuple(_with_time(one) for one in report.suites[:MOST_SUITES] if _is_possible(one))
    slowest = tuple(test for test in report.slowest if 0 <= test.seconds <= MOST_SECONDS)
    return replace(report, suites=suites, slowest=slowest) if suites or slowest else None


def _is_possible(suite: SuiteResult) -> bool:
    return all(0 <= count <= MOST_TESTS for count in (suite.passed, suite.failed, suite.skipped))


def _with_time(suite: SuiteResult) -> SuiteResult:
    seconds = suite.seconds
    if seconds is None or (math.isfinite(seconds) and 0 <= seconds <= MOST_SECONDS):
        return suite
    return replace(suite, seconds=None)
