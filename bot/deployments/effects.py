"""The outside effects of a deployment, each done once: the GitHub Deployment, the dispatch, the statuses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.deployments.render import describe
from bot.deployments.store import claims, dispatched
from bot.github.actions import dispatch_workflow, list_dispatched_runs
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

    from bot.commands.spec import Services
    from bot.deployments.health.probing import Prober
    from bot.deployments.model import DeploymentRow, DeployRequest, Rollout
    from bot.gates.model import Parameter
    from bot.github.client import RepositoryClient
    from bot.github.models import DeploymentState
    from bot.github.run_models import WorkflowRun

_PAYLOAD_KEY = "pilothouse"
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploying:
    """One deployment that was decided, with what its effects need."""

    request: DeployRequest
    rollout: Rollout
    services: Services
    prober: Prober  # asks the health checks
    settle: timedelta  # how long GitHub may take to list a workflow run that it has accepted

    @property
    def repo(self) -> RepositoryClient:
        """The client for the repository."""
        return self.services.repository(self.request.repository)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One workflow run of a deployment."""

    what: str  # tells it from the deployment's others: plan, apply, apply-10
    workflow: str
    inputs: tuple[Parameter, ...]  # all of which the workflow declares
    deployment_id: int  # 0 for a plan without one


async def make_deployment(work: Deploying) -> int:
    """This function will create the GitHub Deployment once and return its id."""

    async def create() -> int:
        environment = work.rollout.environment
        new = NewDeployment(
            sha=work.rollout.sha,
            environment=environment,
            description=describe(work.rollout, work.request.author.login),
            task=work.request.task.value,
            payload={_PAYLOAD_KEY: work.request.key},
            transient=bool(work.request.keep),
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
    return await work.services.effects.once(key, create, read_back=find, returns=int)


async def dispatch(work: Deploying, wanted: Dispatch) -> int:
    """This function will dispatch a workflow once and return the id of its workflow run."""

    async def act() -> int:
        inputs = {given.name: given.value for given in wanted.inputs}
        return await dispatch_workflow(
            work.repo, workflow=wanted.workflow, ref=work.rollout.ref, inputs=inputs
        )

    async def find() -> int | None:
        for look in range(_LOOKS):
            if look:
                await asyncio.sleep(work.settle.total_seconds())
            found = await _dispatched(work, wanted)
            if found is not None:
                return found
        return None

    return await work.services.effects.once(_dispatch_key(work, wanted), act, read_back=find, returns=int)


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
    await work.services.effects.once(key, act, read_back=find, returns=str)


def _dispatch_prefix(work: Deploying) -> str:
    return f"dispatch/{work.repo.ref.id}/"


def _dispatch_key(work: Deploying, wanted: Dispatch) -> str:
    return f"{_dispatch_prefix(work)}{work.request.key}/{wanted.what}"


async def _dispatched(work: Deploying, wanted: Dispatch) -> int | None:
    """The workflow run of a dispatch whose answer was lost.

    Its title tells where the workflow's run-name shows the deployment's id; else it is the only one nobody else
    has. Where that is not certain, nothing is dispatched again: better no deployment than two.

    Raises:
        Conflict: it cannot be told which of several runs it is.
    """
    runs = await list_dispatched_runs(
        work.repo, branch=work.rollout.ref, workflow=wanted.workflow, since=work.request.asked_at
    )
    claimed, known = await work.services.database.read(
        lambda connection: (
            claims(connection, work.repo.ref.id, [run.id for run in runs]),
            dispatched(connection, _dispatch_prefix(work)),
        )
    )
    others = [run for run in runs if run.id not in known]
    ours = [run.id for run in others if _is_ours(run, wanted, claimed.get(run.id))]
    if ours:
        return ours[0]
    unclaimed = [run.id for run in others if run.id not in claimed]
    if len(unclaimed) > 1:
        raise Conflict(
            "GitHub's answer to the dispatch was lost, and it cannot be told which workflow run it began: "
            + ", ".join(str(run) for run in unclaimed)
        )
    return unclaimed[0] if unclaimed else None


def _is_ours(workflow_run: WorkflowRun, wanted: Dispatch, row: DeploymentRow | None) -> bool:
    if not wanted.deployment_id:
        return False
    is_claimed = row is not None and row.deployment_id == wanted.deployment_id
    return is_claimed or str(wanted.deployment_id) in workflow_run.display_title.split()
