"""The outside effects of a deployment, each done once: the GitHub Deployment, the dispatch, the statuses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.deployments.render import describe
from bot.deployments.store import claims
from bot.github.actions import dispatch_workflow, list_runs
from bot.github.deployments import (
    NewDeployment,
    create_deployment,
    create_deployment_status,
    list_deployments,
    newest_state,
)
from bot.github.errors import Conflict

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.deployments.model import DeployRequest, Rollout
    from bot.github.client import RepositoryClient
    from bot.github.models import DeploymentState
    from bot.github.run_models import WorkflowRun
    from bot.storage.database import Database
    from bot.storage.effects import Effects

_PAYLOAD_KEY = "pilothouse"
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploying:
    """One deployment that was decided, with what its effects need."""

    request: DeployRequest
    rollout: Rollout
    repo: RepositoryClient
    effects: Effects
    database: Database
    settle: timedelta  # how long GitHub may take to list a workflow run that it has accepted


async def make_deployment(work: Deploying) -> int:
    """This function will create the GitHub Deployment once and return its id."""

    async def create() -> int:
        environment = work.rollout.environment
        new = NewDeployment(
            sha=work.rollout.sha,
            environment=environment,
            description=describe(work.rollout, work.request.author.login),
            payload={_PAYLOAD_KEY: work.request.key},
            production=environment.casefold() == "production",  # as GitHub itself would take it
        )
        return (await create_deployment(work.repo, new)).id

    async def find() -> int | None:
        for deployment in await list_deployments(
            work.repo, environment=work.rollout.environment, sha=work.rollout.sha
        ):
            if deployment.payload.get(_PAYLOAD_KEY) == work.request.key:
                return deployment.id
        return None

    key = f"deployment/{work.repo.ref.id}/{work.request.key}"
    return await work.effects.once(key, create, read_back=find, returns=int)


async def dispatch(work: Deploying, deployment_id: int) -> int:
    """This function will dispatch the environment's workflow once and return the id of its workflow run."""

    async def act() -> int:
        inputs = {given.name: given.value for given in work.rollout.inputs} | {
            "deployment_id": str(deployment_id)
        }
        return await dispatch_workflow(
            work.repo, workflow=work.rollout.workflow, ref=work.rollout.ref, inputs=inputs
        )

    async def find() -> int | None:
        for look in range(_LOOKS):
            if look:
                await asyncio.sleep(work.settle.total_seconds())
            found = await _dispatched(work, deployment_id)
            if found is not None:
                return found
        return None

    key = f"dispatch/{work.repo.ref.id}/{deployment_id}"
    return await work.effects.once(key, act, read_back=find, returns=int)


async def report(
    work: Deploying, deployment_id: int, state: DeploymentState, *, text: str, log_url: str
) -> None:
    """This function will give the deployment its next state, once."""

    async def act() -> str:
        await create_deployment_status(
            work.repo, deployment_id, state=state, description=text, log_url=log_url
        )
        return state.value

    async def find() -> str | None:
        newest = await newest_state(work.repo, deployment_id)
        return newest.value if newest is state else None

    key = f"status/{work.repo.ref.id}/{deployment_id}/{state}"
    await work.effects.once(key, act, read_back=find, returns=str)


async def _dispatched(work: Deploying, deployment_id: int) -> int | None:
    """The workflow run of a dispatch whose answer was lost.

    Its title tells where the workflow's run-name shows the deployment's id; else it is the only one nobody else
    has. Where that is not certain, nothing is dispatched again: better no deployment than two.

    Raises:
        Conflict: it cannot be told which of several runs it is.
    """
    repository_id, sha = work.repo.ref.id, work.rollout.sha
    claimed = await work.database.read(lambda connection: claims(connection, repository_id, sha))
    runs = [run for run in await list_runs(work.repo, head_sha=sha) if _may_be(run, work)]
    ours = [run.id for run in runs if _is_ours(run, deployment_id, claimed)]
    if ours:
        return ours[0]
    unclaimed = [run.id for run in runs if run.id not in claimed]
    if len(unclaimed) > 1:
        raise Conflict(
            "GitHub's answer to the dispatch was lost, and it cannot be told which workflow run it began: "
            + ", ".join(str(run) for run in unclaimed)
        )
    return unclaimed[0] if unclaimed else None


def _is_ours(workflow_run: WorkflowRun, deployment_id: int, claimed: dict[int, int]) -> bool:
    return (
        claimed.get(workflow_run.id) == deployment_id
        or str(deployment_id) in workflow_run.display_title.split()
    )


def _may_be(workflow_run: WorkflowRun, work: Deploying) -> bool:
    """Whether the run is one of our workflow, begun after the command was written."""
    path = workflow_run.path.partition("@")[0]
    return (
        workflow_run.event == "workflow_dispatch"
        and path.rpartition("/")[2] == work.rollout.workflow
        and workflow_run.created_at >= work.request.asked_at
    )
