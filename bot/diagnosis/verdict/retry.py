"""Decides whether failed jobs of a run are started again by themselves, within narrow limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.diagnosis.model import JobReport
    from bot.github.models import PullRequest
    from bot.github.run_models import WorkflowRun

MOST_FAILED = 5  # jobs of a head; where more fail, it is no chance
MOST_A_DAY = 3  # re-runs of a pull request in 24 hours
# https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs: up to 30 days after the
# first attempt. The limit is kept a day below.
OLDEST = timedelta(days=29)
# What ended longer ago is looked at for another reason: after a night without the bot, nobody wants a hundred re-runs.
FRESH = timedelta(hours=6)
MOST_ATTEMPTS = 50  # https://docs.github.com/actions/reference/limits


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryFacts:
    """What is known when it is decided whether jobs of a run are started again."""

    run: WorkflowRun  # as it was diagnosed
    run_now: WorkflowRun  # as it was read a moment ago
    pull: PullRequest  # as it was read a moment ago
    failed: tuple[JobReport, ...]  # of this run
    failed_in_all: int  # of all runs of the head
    retried: Mapping[
        str, int
    ]  # jobs of this workflow and commit that were started again: name → the red job's id
    retried_today: int  # re-runs of the pull request in 24 hours, this one left out
    checks_commits: bool  # the run is a check, not a deployment or what someone dispatched
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """These jobs are started again."""

    jobs: tuple[JobReport, ...]
    all_failed: (
        bool  # they are all that failed: one call starts them, with what was cancelled because of them
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Nothing is started again."""

    why: str  # empty where there is nothing that might have been


def may_retry(report: JobReport) -> bool:
    """This function will say whether a job is of the kind that is started again: the machine's fault, proven chance.

    A person's word alone does not do it: where the log says otherwise, the same would only fail again.
    """
    return report.evidence.is_chance


def decide_retry(facts: RetryFacts) -> Again | Leave:
    """This function will decide which failed jobs of a run are started again, if any."""
    wanted = [report for report in facts.failed if may_retry(report)]
    if not wanted:
        return Leave(why="")
    against = _against_run(facts) or _against_number(facts)
    if against:
        return Leave(why=against)
    # A job that carries its own id there is this very re-run, decided before a crash.
    fresh = [
        report for report in wanted if facts.retried.get(report.job.name, report.job.id) == report.job.id
    ]
    if not fresh:
        return Leave(why="it was started again once at this commit, and failed again")
    if facts.retried_today >= MOST_A_DAY:
        return Leave(why=f"this pull request had {facts.retried_today} re-runs in 24 hours already")
    if len(fresh) == len(facts.failed):
        return Again(jobs=tuple(fresh), all_failed=True)
    # The others must not be started again, and GitHub starts one job at a time: the next one has its turn after it.
    return Again(jobs=(fresh[0],), all_failed=False)


def _against_run(facts: RetryFacts) -> str:
    """What about the run or its pull request forbids it."""
    run, now = facts.run, facts.run_now
    is_old = now.attempt >= MOST_ATTEMPTS or facts.now - run.created_at > OLDEST
    against = (
        (not facts.pull.is_open, "the pull request is closed"),
        (facts.pull.head_sha != run.head_sha, "a newer commit was pushed"),
        (not facts.checks_commits, "the run is no check of a commit"),
        (not now.is_completed or now.attempt != run.attempt, "the run is going on"),
        (is_old, "GitHub does not run it again: it is too old, or ran too often"),
        (
            facts.now - now.updated_at > FRESH,
            f"it ended more than {FRESH // timedelta(hours=1)} hours ago",
        ),
    )
    return next((why for is_so, why in against if is_so), "")


def _against_number(facts: RetryFacts) -> str:
    if facts.failed_in_all > MOST_FAILED:
        return f"{facts.failed_in_all} jobs failed, and more than {MOST_FAILED} are no chance"
    return ""
