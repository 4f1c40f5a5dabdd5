"""Turns what GitHub tells of runs and jobs into the facts that decide: how long they wait, run, and are used to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from bot.github.models import Conclusion
from bot.supervision.runs.model import JobFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.github.run_models import Job, WorkflowRun

LEAST_TIMES = 3  # fewer say nothing of what is usual
MOST_TIMES = 20  # newer than that is what is usual now
_IN_LINE = frozenset({"queued", "requested"})
_ENDS = frozenset({Conclusion.SUCCESS, Conclusion.FAILURE})
# A later run of these builds the same branch; what a person dispatched may have been given something else.
_BUILDS = frozenset({"push", "pull_request", "pull_request_target", "schedule"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual, from the newest times that something passed."""

    time: timedelta | None = None
    longest: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUsual:
    """What is usual for one job."""

    runs: Usual = Usual()
    waits: Usual = Usual()


def usual_of(seconds: Iterable[float]) -> Usual:
    """This function will say what is usual, given how long it took, newest first; nothing where that is too little."""
    known = list(seconds)[:MOST_TIMES]
    if len(known) < LEAST_TIMES:
        return Usual()
    return Usual(time=timedelta(seconds=median(known)), longest=timedelta(seconds=max(known)))


def usual_of_runs(runs: Iterable[WorkflowRun]) -> Usual:
    """This function will say what is usual for the runs of a workflow: those that passed at the first attempt."""
    return usual_of(
        (run.updated_at - run.started_at).total_seconds()
        for run in runs
        if run.conclusion is Conclusion.SUCCESS and run.attempt == 1 and run.started_at is not None
    )


def age_of(run: WorkflowRun, now: datetime) -> timedelta:
    """This function will say how long this attempt has been at work."""
    return now - (run.started_at or run.created_at)


def is_superseded(run: WorkflowRun, newest: Iterable[WorkflowRun]) -> bool:
    """This function will say whether a newer run of the same workflow builds the same branch."""
    return run.event in _BUILDS and any(
        other.id > run.id
        and (other.event, other.head_branch, other.head_repository)
        == (run.event, run.head_branch, run.head_repository)
        for other in newest
    )


def is_overtaken(run: WorkflowRun, newest: Iterable[WorkflowRun]) -> bool:
    """This function will say whether a later run of the workflow got its runners: it ended by passing or failing."""
    return any(other.id > run.id and other.conclusion in _ENDS for other in newest)


def job_facts(job: Job, usual: Mapping[str, JobUsual], now: datetime) -> JobFacts:
    """This function will say what is known of a job now."""
    known = usual.get(job.name, JobUsual())
    working = job.status == "in_progress"
    step = next((one for one in job.steps if one.status == "in_progress"), None)
    ends = [one.completed_at for one in job.steps if one.completed_at is not None]
    still = job.completed_at or (max(ends) if working and step is None and ends else None)
    return JobFacts(
        name=job.name,
        status=job.status,
        waited=now - job.created_at if job.status in _IN_LINE and job.created_at else None,
        ran=now - job.started_at if working and job.started_at else None,
        step="" if step is None else step.name,
        at_step=None if step is None or step.started_at is None else now - step.started_at,
        still=None if still is None else now - still,
        usual=known.runs.time,
        longest=known.runs.longest,
        usual_wait=known.waits.time,
        labels=job.labels,
    )
