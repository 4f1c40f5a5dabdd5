"""Follows one workflow run to its end: by its present state, never by the messages about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Reason
from bot.deployments.effects import dispatch
from bot.deployments.health.verification import Stopped
from bot.deployments.judging.conditions.asking import head_moved
from bot.deployments.leases.rules import DISPATCHING
from bot.deployments.model import Stage
from bot.deployments.render import render_expired, render_lost
from bot.deployments.states import has_started
from bot.github.actions import cancel_run, get_run, list_jobs
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.github.run_models import Job, WorkflowRun

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.deployments.effects import Dispatch
    from bot.deployments.underway import Underway

_log = structlog.get_logger()
_POLL = timedelta(minutes=2)  # at the latest, should every event about the run be lost
_RUNNING = timedelta(seconds=15)  # between two looks at jobs that are stages
_LONG, _LATER = timedelta(minutes=20), timedelta(minutes=1)
_SOON = timedelta(seconds=5)
_STOPPING = timedelta(minutes=10)  # how long what was cancelled may take to end


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A workflow run with its jobs, as they stand now."""

    run: WorkflowRun
    jobs: tuple[Job, ...] = ()

    @property
    def red(self) -> tuple[Job, ...]:
        """The jobs that failed."""
        return tuple(job for job in self.jobs if job.conclusion is not None and job.conclusion.is_red)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What is done at every look at a workflow run that has not ended."""

    look: Callable[[Seen], Awaitable[Stopped | None]]
    reads_jobs: bool = False
    is_close: Callable[[], bool] = lambda: (
        False
    )  # whether its jobs are known to be stages, and so looked at often


async def start(underway: Underway, wanted: Dispatch) -> int | Stopped:
    """This function will dispatch a workflow while the environment is certainly the deployment's.

    Raises:
        GitHubError: it could not be dispatched.
    """
    if not await underway.renew(DISPATCHING):
        return Stopped(reason=Reason.LEASE_LOST, text=render_lost(underway.row.environment))
    work = underway.work
    workflow_run_id = await underway.run.step(
        f"dispatch {wanted.what}", lambda: dispatch(work, wanted), returns=int
    )
    if await underway.renew(workflow_run_id):
        stopped = await _meet(underway, workflow_run_id)
    else:
        stopped = Stopped(reason=Reason.LEASE_LOST, text=render_lost(underway.row.environment))
    if stopped is None:
        return workflow_run_id
    await stop(underway, workflow_run_id)
    return stopped


async def _meet(underway: Underway, workflow_run_id: int) -> Stopped | None:
    """See that the run is of the right commit, and only then call it the deployment's.

    A branch is dispatched, and may have moved: until the row names the run, the protection rule lets nothing of it
    into the environment.
    """
    rollout = underway.work.rollout
    end = await underway.run.now() + rollout.limit
    while (seen := await look(underway, workflow_run_id)) is None:
        if await underway.run.now() >= end:
            return Stopped(reason=Reason.TIME_LIMIT, text=render_expired(rollout, underway.row.log_url))
        heard = await underway.rest(_SOON)
        if isinstance(heard, Stopped):
            return heard
    if rollout.runs_at_sha and seen.run.head_sha != rollout.sha:
        moved = head_moved(rollout.sha, seen.run.head_sha, rollout.web_url)
        return Stopped(reason=moved.reason, text=moved.text)
    row = replace(underway.row, workflow_run_id=workflow_run_id, log_url=seen.run.html_url)
    if not row.deployment_id:  # a plan, for which GitHub has no deployment
        row = replace(row, deployment_id=-workflow_run_id)
    await underway.keep(row)
    return None


async def follow(underway: Underway, workflow_run_id: int, watching: Watching) -> Seen | Stopped:
    """This function will follow the workflow run until it ends; where it must stop before, it is stopped."""
    rollout = underway.work.rollout
    end = await underway.run.now() + rollout.limit
    while True:
        seen = await look(underway, workflow_run_id)
        stopped = await _judge(underway, seen, watching)
        if stopped is None and seen is not None and seen.run.is_completed:
            return Seen(run=seen.run, jobs=await jobs_of(underway, seen.run))
        if stopped is None:
            stopped = await _rest(underway, seen, watching, end)
        if stopped is not None:
            await stop(underway, workflow_run_id)
            return stopped


async def look(underway: Underway, workflow_run_id: int) -> Seen | None:
    """This function will read the workflow run as it stands now; None where GitHub does not tell at the moment."""
    repo = underway.work.repo
    try:
        found = await underway.run.step("look", lambda: get_run(repo, workflow_run_id), returns=WorkflowRun)
    except GitHubError as error:
        _log.warning("workflow_run_not_read", workflow_run_id=workflow_run_id, error=str(error))
        return None
    return Seen(run=found)


async def jobs_of(underway: Underway, found: WorkflowRun) -> tuple[Job, ...]:
    """This function will read the jobs of the workflow run; none where GitHub does not tell at the moment."""
    repo = underway.work.repo
    try:
        return await underway.run.step(
            "jobs", lambda: list_jobs(repo, found.id, found.attempt), returns=tuple[Job, ...]
        )
    except GitHubError as error:
        _log.warning("jobs_not_read", workflow_run_id=found.id, error=str(error))
        return ()


async def stop(underway: Underway, workflow_run_id: int) -> None:
    """This function will cancel the workflow run and wait for its end.

    While it may still change the environment, nobody else may have that: where its end was not seen in time, the
    lease is not given back, and goes to the next one when the run has ended.
    """
    end = await underway.run.now() + _STOPPING
    asked = False
    while True:
        found = await look(underway, workflow_run_id)
        if found is not None and found.run.is_completed:
            return
        if await underway.run.now() >= end:
            underway.is_loose = True
            return
        if asked:
            await underway.rest(_SOON)
        asked = asked or await _cancel(underway, workflow_run_id)
        if not asked:
            await underway.rest(_SOON)


async def _cancel(underway: Underway, workflow_run_id: int) -> bool:
    """Ask GitHub to cancel the run, and say whether there is no use in asking again."""
    repo = underway.work.repo
    try:
        await underway.run.step("cancel", lambda: cancel_run(repo, workflow_run_id), returns=None)
    except GitHubError as error:  # it has ended in the meantime, or GitHub is down
        _log.warning("workflow_run_not_cancelled", workflow_run_id=workflow_run_id, error=str(error))
        return not isinstance(error, Unavailable | Uncertain)
    return True


async def _judge(underway: Underway, seen: Seen | None, watching: Watching) -> Stopped | None:
    if seen is None:
        return None
    jobs = await jobs_of(underway, seen.run) if watching.reads_jobs and not seen.run.is_completed else ()
    return await watching.look(Seen(run=seen.run, jobs=jobs))


async def _rest(underway: Underway, seen: Seen | None, watching: Watching, end: datetime) -> Stopped | None:
    rollout = underway.work.rollout
    left = end - await underway.run.now()
    if left <= timedelta():
        text = render_expired(rollout, underway.row.log_url)
        return Stopped(reason=Reason.TIME_LIMIT, text=text)
    pause = _SOON if seen is None else _POLL
    is_waiting = underway.row.stage is Stage.GATED  # for people, who wake it
    if seen is not None and has_started(seen.run) and watching.is_close() and not is_waiting:
        passed = rollout.limit - left
        pause = _RUNNING if passed < _LONG else _LATER
    heard = await underway.rest(min(left, pause))
    return heard if isinstance(heard, Stopped) else None
