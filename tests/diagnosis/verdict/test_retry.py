from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.diagnosis.model import Evidence, Verdict
from bot.diagnosis.verdict.retry import MOST_ATTEMPTS, Again, Leave, RetryFacts, decide_retry
from bot.github.models import Sha
from tests.support.diagnosis import NOON, PULL, report, workflow_run

if TYPE_CHECKING:
    from bot.diagnosis.model import JobReport

CHANCE = Evidence(verdict=Verdict.INFRASTRUCTURE, reason="no space", is_chance=True)
BLAME = Evidence(verdict=Verdict.NEW, reason="the job passes on main")
DISK = report("disk", number=1, evidence=CHANCE)
NET = report("net", number=2, evidence=CHANCE)
TYPE = report("type", number=3, evidence=BLAME)
RUN = workflow_run()


def decide(*failed: JobReport, **changes: Any) -> Again | Leave:
    made = RetryFacts(
        run=RUN,
        run_now=RUN,
        pull=PULL,
        failed=failed or (DISK,),
        failed_in_all=len(failed) or 1,
        retried={},
        retried_today=0,
        checks_commits=True,
        now=NOON,
    )
    return decide_retry(replace(made, **changes))


@pytest.mark.parametrize(
    ("failed", "again"),
    [
        ((DISK,), Again(jobs=(DISK,), all_failed=True)),
        ((DISK, NET), Again(jobs=(DISK, NET), all_failed=True)),
        ((DISK, TYPE), Again(jobs=(DISK,), all_failed=False)),
        ((DISK, NET, TYPE), Again(jobs=(DISK,), all_failed=False)),
        ((TYPE,), Leave(why="")),
    ],
)
def test_only_what_was_chance_is_started_again(failed: tuple[JobReport, ...], again: Again | Leave) -> None:
    assert decide(*failed) == again


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"pull": replace(PULL, state="closed")}, "the pull request is closed"),
        ({"pull": replace(PULL, head_sha=Sha("f" * 40))}, "a newer commit was pushed"),
        ({"checks_commits": False}, "the run is no check of a commit"),
        ({"run_now": replace(RUN, status="in_progress")}, "the run is going on"),
        ({"run_now": replace(RUN, attempt=2)}, "the run is going on"),
        ({"now": NOON + timedelta(days=30)}, "too old"),
        ({"now": NOON + timedelta(hours=7)}, "it ended more than 6 hours ago"),
        ({"failed_in_all": 6}, "6 jobs failed, and more than 5 are no chance"),
        ({"retried": {"disk": 7}}, "once at this commit, and failed again"),
        ({"retried_today": 3}, "had 3 re-runs in 24 hours already"),
    ],
)
def test_nothing_is_started_again_beyond_the_limits(changes: dict[str, Any], why: str) -> None:
    decision = decide(**changes)
    assert isinstance(decision, Leave)
    assert why in decision.why


@pytest.mark.parametrize(
    "changes",
    [
        {"failed_in_all": 5},
        {"retried_today": 2},
        {"now": NOON + timedelta(hours=5)},
        {"retried": {"other": 7}},
        {"retried": {"disk": DISK.job.id}},
    ],
    ids=["five failed", "two today", "five hours", "another job", "this very re-run, before a crash"],
)
def test_within_the_limits_it_is(changes: dict[str, Any]) -> None:
    assert isinstance(decide(**changes), Again)


def test_an_old_run_whose_attempt_has_just_ended_is_started_again() -> None:
    now = NOON + timedelta(days=28)
    assert isinstance(decide(now=now, run_now=replace(RUN, updated_at=now)), Again)


def test_a_run_that_ran_too_often_is_left() -> None:
    often = replace(RUN, attempt=MOST_ATTEMPTS)
    assert isinstance(decide(run=often, run_now=often), Leave)


def test_of_two_the_one_that_was_not_tried_is_started() -> None:
    assert decide(DISK, NET, retried={"disk": 7}) == Again(jobs=(NET,), all_failed=False)
