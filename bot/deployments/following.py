"""Follows a deployment's workflow run to its end: by its present state, never by the messages about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Reason, Status
from bot.commands.receipts import try_receipt
from bot.deployments.conditions.asking import head_moved
from bot.deployments.effects import report
from bot.deployments.model import DeploymentRow, Stage
from bot.deployments.render import render_expired, render_failure, render_following, render_success
from bot.deployments.states import MOVES, SHOWN, end_of, may_show, shown_as
from bot.deployments.store import save
from bot.gates.model import NEWS, News
from bot.github.actions import cancel_run, get_run, list_jobs
from bot.github.errors import GitHubError
from bot.github.models import Conclusion, DeploymentState
from bot.github.run_models import Job, WorkflowRun

if TYPE_CHECKING:
    from bot.commands.model import Receipt
    from bot.deployments.effects import Deploying
    from bot.engine.model import Run

_log = structlog.get_logger()
_POLL = timedelta(minutes=2)  # at the latest, should every event about the run be lost
_SOON = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Following:
    work: Deploying
    run: Run
    deployment_id: int
    workflow_run_id: int
    began: datetime

    @property
    def page(self) -> str:
        return f"{self.work.rollout.web_url}/actions/runs/{self.workflow_run_id}"


async def follow(run: Run, work: Deploying, deployment_id: int, workflow_run_id: int) -> Receipt:
    """This function will follow the workflow run until it ends or its time is up, and return the final receipt."""
    following = _Following(
        work=work,
        run=run,
        deployment_id=deployment_id,
        workflow_run_id=workflow_run_id,
        began=await run.now(),
    )
    state = DeploymentState.PENDING
    await _record(following, state)
    while True:
        seen = await _look(following)
        if seen is not None and work.rollout.runs_at_sha and seen.head_sha != work.rollout.sha:
            return await _stop_moved(following, seen)
        if seen is not None and may_show(state, _state_of(seen)):
            state = _state_of(seen)
            await _say(following, seen, state)
        if seen is not None and seen.is_completed:
            return await _ended(following, seen)
        left = following.began + work.rollout.limit - await run.now()
        if left <= timedelta():
            return await _expire(following)
        await run.wait(NEWS, timeout=min(left, _POLL if seen else _SOON), returns=News)


def _state_of(seen: WorkflowRun) -> DeploymentState:
    return SHOWN[end_of(seen)] if seen.is_completed else shown_as(Stage.APPLYING, seen)


async def _look(following: _Following) -> WorkflowRun | None:
    """The workflow run as it stands now; None where GitHub does not tell at the moment."""
    repo, run_id = following.work.repo, following.workflow_run_id
    try:
        return await following.run.step("look", lambda: get_run(repo, run_id), returns=WorkflowRun)
    except GitHubError as error:
        _log.warning("workflow_run_not_read", workflow_run_id=run_id, error=str(error))
        return None


async def _say(following: _Following, seen: WorkflowRun, state: DeploymentState) -> None:
    """Put the new state on the deployment, in the store and, while it goes on, in the receipt."""
    work = following.work
    ended = f" ({seen.conclusion})" if seen.conclusion else ""
    await _report(following, state, text=f"The workflow run is {seen.status}{ended}.", page=seen.html_url)
    await _record(following, state)
    if not seen.is_completed:
        receipt = replace(
            work.request.receipt,
            status=Status.RUNNING,
            reason=Reason.WORKFLOW_RUNNING if state is DeploymentState.IN_PROGRESS else Reason.DISPATCHED,
            text=render_following(work.rollout, seen),
        )
        await try_receipt(following.run, receipt, repo=work.repo, effects=work.effects)


async def _ended(following: _Following, seen: WorkflowRun) -> Receipt:
    work = following.work
    receipt = work.request.receipt
    if seen.conclusion is Conclusion.SUCCESS:
        took = await following.run.now() - following.began
        text = render_success(work.rollout, seen, took)
        return replace(receipt, status=Status.SUCCEEDED, reason=Reason.DONE, text=text)
    is_red = seen.conclusion is not None and seen.conclusion.is_red
    return replace(
        receipt,
        status=Status.FAILED,
        reason=Reason.WORKFLOW_FAILED if is_red else Reason.WORKFLOW_CANCELLED,
        text=render_failure(work.rollout, seen, await _failed_jobs(following, seen)),
    )


async def _failed_jobs(following: _Following, seen: WorkflowRun) -> tuple[Job, ...]:
    repo = following.work.repo
    try:
        jobs = await following.run.step(
            "jobs", lambda: list_jobs(repo, seen.id, seen.attempt), returns=tuple[Job, ...]
        )
    except GitHubError as error:
        _log.warning("jobs_not_read", workflow_run_id=seen.id, error=str(error))
        return ()
    return tuple(job for job in jobs if job.conclusion is not None and job.conclusion.is_red)


async def _stop_moved(following: _Following, seen: WorkflowRun) -> Receipt:
    """The branch moved while the workflow was dispatched: what runs is not what was asked for."""
    work = following.work
    await _cancel(following)
    text = "The branch moved while the workflow was dispatched."
    await _report(following, DeploymentState.ERROR, text=text, page=seen.html_url)
    await _record(following, DeploymentState.ERROR)
    refused = head_moved(work.rollout.sha, seen.head_sha, work.rollout.web_url)
    return replace(work.request.receipt, status=Status.REFUSED, reason=refused.reason, text=refused.text)


async def _expire(following: _Following) -> Receipt:
    work = following.work
    await _cancel(following)
    text = "The workflow run did not end within the time limit."
    await _report(following, DeploymentState.ERROR, text=text, page=following.page)
    await _record(following, DeploymentState.ERROR)
    text = render_expired(work.rollout, following.page)
    return replace(work.request.receipt, status=Status.EXPIRED, reason=Reason.TIME_LIMIT, text=text)


async def _cancel(following: _Following) -> None:
    repo, run_id = following.work.repo, following.workflow_run_id
    try:
        await following.run.step("cancel", lambda: cancel_run(repo, run_id), returns=None)
    except GitHubError as error:  # it has ended in the meantime, or GitHub is down
        _log.warning("workflow_run_not_cancelled", workflow_run_id=run_id, error=str(error))


async def _report(following: _Following, state: DeploymentState, *, text: str, page: str) -> None:
    work, deployment_id = following.work, following.deployment_id
    try:
        await following.run.step(
            f"status {state}",
            lambda: report(work, deployment_id, state, text=text, log_url=page),
            returns=None,
        )
    except GitHubError as error:
        _log.warning("deployment_status_not_written", deployment_id=deployment_id, error=str(error))


async def _record(following: _Following, state: DeploymentState) -> None:
    work = following.work
    row = DeploymentRow(
        repository_id=work.repo.ref.id,
        deployment_id=following.deployment_id,
        number=work.request.number,
        environment=work.rollout.environment,
        sha=work.rollout.sha,
        workflow_run_id=following.workflow_run_id,
        run_id=following.run.id,
        state=state,
        stage=next(
            (stage for stage in SHOWN if SHOWN[stage] is state and MOVES[stage] == set()), Stage.APPLYING
        ),
        updated_at=await following.run.now(),
    )
    await following.run.step(
        f"record {state}",
        lambda: work.database.write(lambda connection: save(connection, row)),
        returns=None,
    )
