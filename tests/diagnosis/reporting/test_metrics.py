from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.diagnosis.model import CacheUse, SlowedTest, SlowTest, SuiteReport
from bot.diagnosis.reporting.metrics import (
    MOST_SLOWED,
    FailedTest,
    JobEnds,
    JobSample,
    PassRate,
    Spread,
    Stretches,
    cache_rate,
    caches_of,
    longest,
    longest_wait,
    measure_jobs,
    measure_workflows,
    once_each,
    pass_rates,
    percentile,
    slowed_tests,
    spread,
)
from tests.support.diagnosis import NOON

SAMPLE = JobSample(
    workflow="CI",
    job="test",
    run_id=1,
    attempt=1,
    job_id=10,
    branch="main",
    head_sha="a" * 40,
    passed=True,
    cancelled=False,
    seen_at=NOON,
    seconds=60.0,
    queued=5.0,
    labels=("ubuntu-latest",),
)
STRETCHES = Stretches(begin=NOON - timedelta(days=30), end=NOON, count=3)


def runs(*seconds: float, **changes: object) -> list[JobSample]:
    return [
        replace(SAMPLE, run_id=number, job_id=number, seconds=one, **changes)  # type: ignore[arg-type]  # a test names the fields it changes
        for number, one in enumerate(seconds, 1)
    ]


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.2, 1), (0.21, 2), (0.5, 3), (0.9, 5), (1.0, 5)])
def test_the_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([5, 3, 1, 4, 2], share) == value
    assert percentile([], share) is None


def test_a_spread_needs_one_known_value() -> None:
    assert spread([None, 3.0, 1.0]) == Spread(p50=1.0, p90=3.0)
    assert spread([None]) is None


def test_the_share_of_caches_that_were_found() -> None:
    assert cache_rate(CacheUse(hits=3, misses=1)) == 0.75
    assert cache_rate(CacheUse()) is None
    assert cache_rate(None) is None


def test_what_an_attempt_carried_over_counts_once() -> None:
    """Re-running the failed jobs lists the passed ones again, which neither ran nor cost again."""
    first, again = SAMPLE, replace(SAMPLE, attempt=2)
    whole, whole_again = replace(SAMPLE, job="", job_id=0), replace(SAMPLE, job="", job_id=0, attempt=2)

    assert once_each([again, first, whole_again, whole]) == (again, whole_again, whole)


def test_a_job_is_measured_by_what_passed() -> None:
    passed = runs(100, 120, 300)
    failed = replace(SAMPLE, run_id=9, job_id=9, passed=False, seconds=5.0, queued=None)
    cancelled = replace(SAMPLE, run_id=8, job_id=8, passed=False, cancelled=True, seconds=None)

    (measured,) = measure_jobs([*passed, failed, cancelled, replace(SAMPLE, job="", job_id=0)], STRETCHES)

    assert (measured.name, measured.ended, measured.passed) == ("test", 4, 3)
    assert measured.success_rate == 0.75
    assert measured.duration == Spread(p50=120, p90=300)
    assert measured.queue == Spread(p50=5, p90=5)
    assert (measured.cost.minutes, measured.cost.dollars) == (10, Decimal("0.060"))


def test_a_workflow_takes_as_long_as_its_longest_job() -> None:
    jobs = [
        replace(SAMPLE, job="lint", job_id=1, seconds=10.0),
        replace(SAMPLE, job="test", job_id=2, seconds=90.0, queued=50.0),
        replace(SAMPLE, job="lint", job_id=3, run_id=2, seconds=11.0),
        replace(SAMPLE, job="test", job_id=4, run_id=2, seconds=30.0, passed=False),
    ]

    (measured,) = measure_workflows(jobs, STRETCHES)

    assert (measured.ended, measured.passed, measured.duration) == (2, 1, Spread(p50=90, p90=90))
    assert measured.queue == Spread(p50=5, p90=50)


def test_a_run_failed_where_a_job_was_cancelled_because_another_failed() -> None:
    jobs = [
        replace(SAMPLE, job="lint", job_id=1, passed=False, cancelled=True),
        replace(SAMPLE, job="test", job_id=2, passed=False),
    ]

    (measured,) = measure_workflows(jobs, STRETCHES)

    assert (measured.ended, measured.passed) == (1, 0)


def test_the_slowest_come_first_and_the_unmeasured_last() -> None:
    samples = [
        replace(SAMPLE, workflow="slow", seconds=90.0),
        replace(SAMPLE, workflow="never", passed=False),
        replace(SAMPLE, workflow="quick", seconds=9.0),
    ]

    made = measure_workflows(samples, STRETCHES)

    assert [one.name for one in made] == ["slow", "quick", "never"]
    assert made[2].success_rate == 0
    assert made[2].duration is None


def test_a_workflow_of_nothing_but_cancelled_runs_has_no_rate() -> None:
    (measured,) = measure_workflows([replace(SAMPLE, passed=False, cancelled=True)], STRETCHES)

    assert measured.success_rate is None


def test_the_trend_leaves_out_what_no_run_tells() -> None:
    old = replace(SAMPLE, seen_at=NOON - timedelta(days=29), seconds=40.0)
    new = replace(SAMPLE, run_id=2, job_id=2, seen_at=NOON, seconds=80.0)
    unknown = replace(SAMPLE, run_id=3, job_id=3, seconds=None)

    (measured,) = measure_jobs([new, old, unknown], STRETCHES)

    assert measured.trend == (40.0, None, 80.0)


def test_what_lies_outside_falls_into_the_nearest_stretch() -> None:
    assert STRETCHES.index(NOON - timedelta(days=400)) == 0
    assert STRETCHES.index(NOON + timedelta(days=1)) == 2


def test_the_longest_of_jobs() -> None:
    unknown = replace(SAMPLE, seconds=None, queued=None, caches_hit=None)

    assert (longest([unknown]), longest_wait([unknown]), caches_of([unknown])) == (None, None, None)
    known = replace(SAMPLE, caches_hit=2, caches_missed=None)
    assert caches_of([unknown, known, replace(known, caches_missed=3)]) == CacheUse(hits=4, misses=3)


def test_a_test_is_newly_slow_beside_three_earlier_times() -> None:
    now = SuiteReport(
        slowest=(
            SlowTest(name="doubled", seconds=8),
            SlowTest(name="much", seconds=30),
            SlowTest(name="hardly", seconds=7.9),
            SlowTest(name="tiny", seconds=0.9),
            SlowTest(name="young", seconds=99),
        )
    )
    once = SuiteReport(
        slowest=(
            SlowTest(name="doubled", seconds=4),
            SlowTest(name="much", seconds=4),
            SlowTest(name="hardly", seconds=4),
            SlowTest(name="tiny", seconds=0.1),
        )
    )
    young = SuiteReport(slowest=(SlowTest(name="young", seconds=1),))

    assert slowed_tests(now, [once, once, once, young, young]) == (
        SlowedTest(name="much", seconds=30, usual=4),
        SlowedTest(name="doubled", seconds=8, usual=4),
    )
    assert slowed_tests(now, [once, once]) == ()


def test_newly_slow_tests_are_not_endless() -> None:
    now = SuiteReport(slowest=tuple(SlowTest(name=str(n), seconds=50) for n in range(50)))
    once = SuiteReport(slowest=tuple(SlowTest(name=str(n), seconds=1) for n in range(50)))

    assert len(slowed_tests(now, [once] * 3)) == MOST_SLOWED


def failed(job_id: int, *, test: str = "t", head: str = "a", branch: str = "b") -> FailedTest:
    return FailedTest(workflow="CI", job="test", test=test, head_sha=head, branch=branch, job_id=job_id)


def test_a_test_that_failed_and_passed_at_one_commit_comes_first() -> None:
    samples = [
        replace(SAMPLE, job_id=1, head_sha="a", passed=False),
        replace(SAMPLE, job_id=2, head_sha="a"),
        replace(SAMPLE, job_id=3, head_sha="c", passed=False),
        replace(SAMPLE, job_id=4, head_sha="d", passed=False, cancelled=True),
        replace(SAMPLE, job_id=5, head_sha="e", passed=False),
    ]
    times = [
        failed(1), failed(1), failed(3, test="real", head="c"), failed(5, test="real", head="e", branch="f"),
    ]  # fmt: skip

    assert pass_rates(times, JobEnds.of(samples)) == (
        PassRate(test="t", workflow="CI", job="test", failed=1, ran=4, branches=1, both=1),
        PassRate(test="real", workflow="CI", job="test", failed=2, ran=4, branches=2, both=0),
    )
    assert [one.rate for one in pass_rates(times, JobEnds.of(samples))] == [0.75, 0.5]


def test_a_test_of_a_job_of_which_nothing_else_is_known_never_passed() -> None:
    (one,) = pass_rates([failed(1)], JobEnds.of([]))

    assert (one.ran, one.rate) == (1, 0.0)
    assert PassRate(test="t", workflow="w", job="j", failed=0, ran=0, branches=0, both=0).rate == 0.0
