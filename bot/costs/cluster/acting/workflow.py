"""Has the configured workflow make or end the cluster: dispatched once, followed to its end or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.costs.cluster.model import STOP
from bot.github.actions import cancel_run, dispatch_workflow, get_run, list_dispatched_runs
from bot.github.errors import Conflict, GitHubError, NotFound
from bot.github.run_models import WorkflowRun

if TYPE_CHECKING:
    from datetime import datetime

    from bot.costs.cluster.acting.work import Steering
    from bot.engine.model import Run

_log = structlog.get_logger()
_SOON, _LATER, _LONG = timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=5)
_PATIENCE = timedelta(hours=1)  # how long making or ending a cluster may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How following a workflow run ended."""

    run: WorkflowRun | None  # as it was seen last
    is_stopped: bool = False  # by the wish to end the cluster
    is_late: bool = False


async def dispatch(run: Run, work: Steering, *, action: str, nodes: int | None) -> int:
    """This function will dispatch the workflow once and return the id of its workflow run.

    Raises:
        GitHubError: it could not be dispatched, or nobody knows which run it is.
    """
    repo, workflow = work.repo, work.config.workflow
    branch, since = repo.ref.default_branch, await run.now()
    inputs = {"action": action} | ({} if nodes is None else {"nodes": str(nodes)})

    async def act() -> int:
        try:
            return await dispatch_workflow(repo, workflow=workflow, ref=branch, inputs=inputs)
        except NotFound as error:
            raise NotFound(f"there is no workflow {workflow} on the branch {branch}") from error

    async def find() -> int | None:
        found = await list_dispatched_runs(repo, branch=branch, workflow=workflow, since=since)
        if len(found) > 1:
            raise Conflict(
                "GitHub's answer to the dispatch was lost, and it cannot be told which workflow run it began: "
                + ", ".join(str(one.id) for one in found)
            )
        return found[0].id if found else None

    key = f"dispatch/{repo.ref.id}/{work.request.key}/cluster-{action}"
    return await run.step(
        f"dispatch {action}",
        lambda: work.services.services.effects.once(key, act, read_back=find, returns=int),
        returns=int,
    )


async def follow(run: Run, work: Steering, workflow_run_id: int) -> Followed:
    """This function will follow the workflow run to its end, or until the cluster is to be ended."""
    began, seen = await run.now(), None
    while True:
        seen = await _look(run, work, workflow_run_id) or seen
        if seen is not None and seen.is_completed:
            return Followed(run=seen)
        passed = await run.now() - began
        if passed >= _PATIENCE:
            await _cancel(run, work, workflow_run_id)
            return Followed(run=seen, is_late=True)
        if await run.wait(STOP, timeout=_pause(passed), returns=str) is not None:
            await _cancel(run, work, workflow_run_id)
            return Followed(run=await _ended(run, work, workflow_run_id) or seen, is_stopped=True)


def _pause(passed: timedelta) -> timedelta:
    return _SOON if passed < _LONG else _LATER


async def _ended(run: Run, work: Steering, workflow_run_id: int) -> WorkflowRun | None:
    """Wait a while for the end of what was cancelled: ending the cluster beside it would leave machines behind."""
    began: datetime = await run.now()
    while True:
        seen = await _look(run, work, workflow_run_id)
        if (seen is not None and seen.is_completed) or await run.now() - began >= _LONG:
            return seen
        await run.sleep(_SOON)


async def _look(run: Run, work: Steering, workflow_run_id: int) -> WorkflowRun | None:
    repo = work.repo
    try:
        return await run.step("look", lambda: get_run(repo, workflow_run_id), returns=WorkflowRun)
    except GitHubError as error:
        _log.warning("cluster_run_not_read", workflow_run_id=workflow_run_id, error=str(error))
        return None


async def _cancel(run: Run, work: Steering, workflow_run_id: int) -> None:
    repo = work.repo
    try:
        await run.step("cancel", lambda: cancel_run(repo, workflow_run_id), returns=None)
    except GitHubError as error:  # it has ended in the meantime, or GitHub is down
        _log.warning("cluster_run_not_cancelled", workflow_run_id=workflow_run_id, error=str(error))
