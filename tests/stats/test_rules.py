"""How a pipeline does over some days is computed from what its runs told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.diagnosis.reporting.metrics import Spread
from bot.pack.model import Workflow
from bot.stats.model import CacheHit, Counts, Figures, JobFigures, PipelineRun
from bot.stats.rules import Caches, CategoryStats, JobStats, PipelineStats, Span, WorkflowStats, measure
from tests.support.diagnosis import NOON
from tests.support.pipeline_samples import pipeline_run

SPAN = Span(begin=NOON - timedelta(days=7), end=NOON)
HOUR = timedelta(hours=1)


def _run(ago: timedelta = HOUR, **changes: object) -> PipelineRun:
    made = pipeline_run(ended_at=NOON - ago)
    return replace(made, **changes)  # type: ignore[arg-type] # each test names the fields it means


def _measured(*runs: PipelineRun) -> PipelineStats:
    return measure(sorted(runs, key=lambda run: run.ended_at, reverse=True), SPAN)


def _one(*runs: PipelineRun) -> WorkflowStats:
    (found,) = _measured(*runs).workflows
    return found


def _told(*jobs: JobFigures, **tests: Counts) -> Figures:
    return Figures(jobs=jobs, tests=tests)


def test_of_nothing_nothing_is_said() -> None:
    assert _measured() == PipelineStats()
    assert _measured(_run(timedelta(days=8))).workflows == ()


def test_passes_are_counted_of_what_ended_by_itself() -> None:
    found = _one(
        _run(conclusion="success"),
        _run(conclusion="failure"),
        _run(conclusion="timed_out"),
        _run(conclusion="cancelled"),
        _run(conclusion="skipped"),
    )

    assert (found.ended, found.passed, found.success_rate) == (3, 1, 1 / 3)


def test_what_a_person_started_says_nothing_of_how_often_a_workflow_passes() -> None:
    """It may be of a single job; of a deployment it is the only way."""
    by_hand = _run(event="workflow_dispatch", conclusion="failure")

    assert _one(replace(by_hand, workflow=Workflow.TESTS)).ended == 0
    assert _one(replace(by_hand, workflow=Workflow.DEPLOY)).ended == 1


def test_what_only_was_cancelled_has_no_rate() -> None:
    found = _one(_run(conclusion="cancelled"))

    assert (found.success_rate, found.duration, found.before) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"conclusion": "failure"}, False),
        ({"seconds": None}, False),
        ({"attempt": 2}, False),  # it may be of the jobs that failed alone
        ({"event": "workflow_dispatch"}, False),  # of one that a person named
        ({"workflow": Workflow.DEPLOY, "event": "workflow_dispatch"}, True),
    ],
)
def test_times_are_of_whole_runs_that_passed(changes: dict[str, object], *, counts: bool) -> None:
    found = _one(_run(**changes))  # type: ignore[arg-type] # as above

    assert (found.duration is not None) is counts


def test_usual_and_bad_times_stand_beside_those_of_as_many_days_before() -> None:
    found = _one(
        *(_run(HOUR * number, seconds=number * 60) for number in range(1, 11)),
        *(_run(timedelta(days=8), seconds=seconds) for seconds in (100, 200, 999)),
        _run(timedelta(days=8), seconds=1, conclusion="failure"),
    )

    assert found.duration == Spread(p50=300, p90=540)
    assert found.before == 200


def test_a_trend_has_a_gap_where_nothing_ran() -> None:
    found = _one(_run(timedelta(days=7), seconds=10), _run(timedelta(0), seconds=30), _run(HOUR, seconds=30))

    assert found.trend == (10, None, None, None, None, None, None, None, None, 30)


def test_caches_that_found_part_are_no_hits_and_jobs_without_one_say_nothing() -> None:
    jobs = [JobFigures(name=cache.value, cache=cache) for cache in CacheHit]
    found = _one(_run(figures=_told(*jobs)))

    assert found.caches == Caches(hits=1, partial=1, misses=1)
    assert found.caches.rate == 1 / 3
    assert Caches().rate is None


def test_what_a_miss_costs_is_told_once_there_are_enough_of_both() -> None:
    def job(seconds: int, cache: CacheHit) -> PipelineRun:
        return _run(figures=_told(JobFigures(name="build", seconds=seconds, cache=cache)))

    few = [job(900, CacheHit.HIT)] * 9 + [job(1200, CacheHit.MISS)] * 2
    assert _one(*few).jobs[0].miss_costs is None
    assert _one(*few, job(1260, CacheHit.MISS)).jobs[0].miss_costs == 300
    assert _one(*[job(9, CacheHit.HIT)] * 3, *[job(5, CacheHit.MISS)] * 3).jobs[0].miss_costs == 0


def test_jobs_are_told_the_slowest_first_and_those_of_red_runs_without_their_times() -> None:
    told = _told(
        JobFigures(name="fmt", seconds=20),
        JobFigures(name="build", seconds=900, cache=CacheHit.HIT),
        JobFigures(name="docs"),
    )
    found = _one(
        _run(figures=told), _run(conclusion="failure", figures=_told(JobFigures(name="build", seconds=1)))
    )

    assert found.jobs == (
        JobStats(
            name="build", times=2, duration=Spread(p50=900, p90=900), caches=Caches(hits=1), miss_costs=None
        ),
        JobStats(name="fmt", times=1, duration=Spread(p50=20, p90=20), caches=Caches(), miss_costs=None),
        JobStats(name="docs", times=1, duration=None, caches=Caches(), miss_costs=None),
    )


def test_workflows_are_told_in_the_order_of_the_pack() -> None:
    found = _measured(_run(workflow=Workflow.RELEASE), _run(workflow=Workflow.TESTS), _run())

    assert [one.workflow for one in found.workflows] == [Workflow.BUILD, Workflow.TESTS, Workflow.RELEASE]


def _tested(ago: timedelta, workflow: Workflow = Workflow.TESTS, **tests: int) -> PipelineRun:
    counts = {name: Counts(passed=passed) for name, passed in tests.items()}
    return _run(ago, workflow=workflow, figures=_told(**counts))


def test_tests_are_those_of_the_newest_whole_run_of_the_default_branch_of_each_workflow() -> None:
    found = _measured(
        _tested(HOUR * 3, unit=10, property=4),
        _tested(HOUR * 9, unit=99),
        _tested(HOUR * 4, Workflow.INTEGRATION, unit=5, jepsen=100),
        replace(_tested(HOUR, unit=1), is_default=False),
        replace(_tested(HOUR, unit=2), event="workflow_dispatch"),
        _run(HOUR * 2, workflow=Workflow.TESTS, conclusion="failure"),  # it did not compile, so it tells none
    )

    assert found.tests == (
        CategoryStats(category="jepsen", counts=Counts(passed=100), change=None),
        CategoryStats(category="unit", counts=Counts(passed=15), change=None),
        CategoryStats(category="property", counts=Counts(passed=4), change=None),
    )
    assert found.total == Counts(passed=119)


def test_their_numbers_stand_beside_those_before_the_days() -> None:
    found = _measured(_tested(HOUR, unit=12, fuzz=3), _tested(timedelta(days=9), unit=10, security=7))

    assert {one.category: one.change for one in found.tests} == {"unit": 2, "fuzz": 3}


def test_a_commit_takes_from_its_first_run_to_the_end_of_its_last() -> None:
    found = _measured(
        _run(HOUR, seconds=600),
        _run(HOUR - timedelta(minutes=5), workflow=Workflow.TESTS, seconds=1200),
        _run(HOUR - timedelta(minutes=1), workflow=Workflow.INTEGRATION, seconds=30),
    )

    assert found.commit == Spread(p50=1200, p90=1200)


@pytest.mark.parametrize(
    "changes", [{"conclusion": "failure"}, {"seconds": None}, {"head_sha": "d" * 40}, {"attempt": 2}]
)
def test_a_commit_that_was_not_checked_whole_says_nothing_of_that(changes: dict[str, object]) -> None:
    found = _measured(
        _run(),
        _run(workflow=Workflow.TESTS),
        _run(workflow=Workflow.INTEGRATION, **changes),  # type: ignore[arg-type] # as above
    )

    assert found.commit is None


def test_figures_that_could_not_be_read_are_counted() -> None:
    found = _measured(
        _run(HOUR * 2, figures=Figures(problem="it is no JSON")),
        _run(HOUR, figures=Figures(problem="the artifact is damaged: BadZipFile")),
    )

    assert (found.unread, found.problem) == (2, "the artifact is damaged: BadZipFile")
