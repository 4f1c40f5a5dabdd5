"""The outside effects of a teardown, each done once: its GitHub Deployment, its dispatch, its statuses, its comment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Receipt, Status
from bot.deployments.judging.facts import gather
from bot.deployments.judging.rules import decide_rollback, rollout_back
from bot.deployments.model import DeployRequest, Rollout, Task
from bot.gates.model import Parameter
from bot.github.actions import dispatch_workflow, list_dispatched_runs
from bot.github.comments import create_comment, find_comment, update_comment
from bot.github.deployments import (
    NewDeployment,
    create_deployment,
    create_deployment_status,
    list_deployments,
    newest_state,
)
from bot.github.errors import Conflict, NotFound
from bot.github.models import Actor
from bot.markdown import marker

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.deployments.model import DeploymentRow
    from bot.github.models import DeploymentState, RepositoryRef

_BOT = Actor(id=0, login="pilothouse", type="Bot")
_PAYLOAD_KEY = "pilothouse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One teardown, as its effects know it."""

    repository: RepositoryRef
    run_id: str  # of the run that takes down
    kept: DeploymentRow  # the deployment that the environment was kept for
    token: int  # of the teardown's lease


async def decide(services: Services, work: Work, *, now: datetime) -> Rollout | str:
    """This function will say what takes the environment down, or in safe Markdown why nothing can.

    Raises:
        GitHubError: something could not be read.
    """
    facts = await gather(
        services.repository(work.repository), _request(work, now), database=services.database, now=now
    )
    for condition in decide_rollback(facts).conditions:
        if condition.is_open:
            return f"{condition.text} {condition.who}".strip()
    rollout = rollout_back(facts, work.kept)
    own = {"lease_token": str(work.token), "task": Task.TEARDOWN.value}
    given = {each.name: each.value for each in rollout.inputs} | {
        name: value for name, value in own.items() if name in rollout.declared
    }
    inputs = tuple(Parameter(name=name, value=value) for name, value in given.items())
    return replace(rollout, inputs=inputs)


async def make_deployment(services: Services, work: Work, rollout: Rollout) -> int:
    """This function will create the GitHub Deployment that the teardown is, once, and return its id."""
    repo = services.repository(work.repository)

    async def create() -> int:
        new = NewDeployment(
            sha=rollout.sha,
            environment=rollout.environment,
            description=f"{rollout.environment} is taken down",
            task=Task.TEARDOWN.value,
            payload={_PAYLOAD_KEY: work.run_id},
        )
        return (await create_deployment(repo, new)).id

    async def find() -> int | None:
        for deployment in await list_deployments(repo, environment=rollout.environment, sha=rollout.sha):
            if deployment.payload.get(_PAYLOAD_KEY) == work.run_id:
                return deployment.id
        return None

    key = f"deployment/{repo.ref.id}/{work.run_id}"
    return await services.effects.once(key, create, read_back=find, returns=int)


async def dispatch(services: Services, work: Work, rollout: Rollout, row: DeploymentRow) -> int:
    """This function will dispatch the teardown's workflow once and return the id of its workflow run."""
    repo = services.repository(work.repository)

    async def act() -> int:
        inputs = {given.name: given.value for given in row.inputs}
        return await dispatch_workflow(repo, workflow=rollout.workflow, ref=rollout.ref, inputs=inputs)

    async def find() -> int | None:
        since = row.created_at or row.updated_at
        found = await list_dispatched_runs(repo, branch=rollout.ref, workflow=rollout.workflow, since=since)
        if len(found) > 1:
            raise Conflict("it cannot be told which of several workflow runs takes the environment down")
        return found[0].id if found else None

    key = f"dispatch/{repo.ref.id}/{work.run_id}/teardown"
    return await services.effects.once(key, act, read_back=find, returns=int)


async def report(services: Services, work: Work, row: DeploymentRow, state: DeploymentState) -> None:
    """This function will give the teardown's deployment its next state, once."""
    repo = services.repository(work.repository)

    async def act() -> str:
        text = f"{row.environment} is taken down"
        await create_deployment_status(
            repo, row.deployment_id, state=state, description=text, log_url=row.log_url
        )
        return state.value

    async def find() -> str | None:
        newest = await newest_state(repo, row.deployment_id)
        return newest.value if newest is state else None

    key = f"status/{repo.ref.id}/{row.deployment_id}/{state}"
    await services.effects.once(key, act, read_back=find, returns=str)


async def write_comment(
    services: Services, repository: RepositoryRef, *, number: int, key: str, text: str
) -> None:
    """This function will make the one comment of this key say the text."""
    repo, hidden = services.repository(repository), marker("teardown", key)
    body, created = f"{hidden}\n{text}", False

    async def create() -> int:
        nonlocal created
        created = True
        return (await create_comment(repo, number, body)).id

    async def find() -> int | None:
        found = await find_comment(repo, number, marker=hidden)
        return found.id if found else None

    known = await services.effects.once(f"comment/{repo.ref.id}/{key}", create, read_back=find, returns=int)
    if not created:
        try:
            await update_comment(repo, known, body)
        except NotFound:  # a person took it away, as is their right
            return


def _request(work: Work, now: datetime) -> DeployRequest:
    """The asking for a teardown, by the bot itself: whoever asked to keep it may have gone since."""
    kept = work.kept
    receipt = Receipt(
        number=kept.number,
        key=work.run_id,
        line="",
        author=_BOT.login,
        status=Status.RUNNING,
        reason=Reason.WORKFLOW_RUNNING,
        text="",
    )
    return DeployRequest(
        key=work.run_id,
        repository=work.repository,
        number=kept.number,
        author=_BOT,
        is_trusted_app=True,
        asked_at=now,
        environment=kept.environment,
        head_sha=kept.sha,
        receipt=receipt,
        parameters=kept.parameters,
        task=Task.TEARDOWN,
    )
