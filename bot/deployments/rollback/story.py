"""Puts the last known good deployment back when a new one is not healthy: once, then the environment is frozen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Reason, Refused
from bot.deployments.history import environments_of, history_of
from bot.deployments.judging.fact_model import DeployFacts
from bot.deployments.judging.facts import gather
from bot.deployments.leases.model import Place
from bot.deployments.model import DeploymentRow, DeployRequest, Rollout, Task
from bot.deployments.rollback.freeze import BOT, Freezing, freeze
from bot.deployments.rollback.render import (
    Frozen,
    render_by_hand,
    render_never_deployed,
    render_no_rollback,
    render_rolled_back,
    render_stuck,
)
from bot.deployments.rollback.rules import Chosen, back_to, choose_target, obstacle
from bot.github.errors import GitHubError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.engine.model import Run

_log = structlog.get_logger()
# GitHub has a bad minute just when it matters: the client has retried for some time each time before.
_PATIENCE = tuple(timedelta(seconds=seconds) for seconds in (15, 45, 60))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of putting a deployment back."""

    succeeded: bool  # deployed, and healthy where health is looked at
    text: str  # safe Markdown
    deployment_id: int | None = None  # of the GitHub Deployment that was made for it


# Makes the deployment of this rollout under the lease that is held already, all at once, and verifies it.
Deliver = Callable[[DeployRequest, Rollout], Awaitable[Delivered]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBack:
    """A deployment that has changed its environment and is not healthy."""

    request: DeployRequest
    rollout: Rollout
    deployment_id: int
    why: str  # safe Markdown: what is wrong with it
    deliver: Deliver


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackEnd:
    """How the environment is left."""

    reason: Reason  # ROLLED_BACK, ROLLBACK_FAILED, NO_GOOD_DEPLOYMENT, or UNHEALTHY where nothing was tried
    text: str  # safe Markdown
    is_frozen: bool = False


async def roll_back(run: Run, work: RollBack, *, services: Services) -> RollbackEnd:
    """This function will put the last known good deployment back, once, then freeze the environment and say so.

    It is not tried for what is itself a rollback, nor where the policy leaves it to people.
    """
    name = work.rollout.environment
    if work.request.task is not Task.DEPLOY or not work.rollout.config.rollback.automatic:
        return RollbackEnd(reason=Reason.UNHEALTHY, text=render_by_hand(name))
    place = Place(repository_id=work.request.repository.id, environment=name)
    target = (await target_of(run, place, services)).found
    if isinstance(target, Refused):
        return RollbackEnd(reason=target.reason, text=render_no_rollback(name, target.text))
    delivered = await _deliver(run, work, target, services)
    return await _close(run, _Back(work=work, target=target, delivered=delivered), services)


async def target_of(run: Run, place: Place, services: Services, *, wanted: str = "") -> Chosen:
    """This function will read which deployment an environment goes back to: the named one, else the last good one."""

    async def choose() -> Chosen:
        number, name = place.repository_id, place.environment
        rows = await services.database.read(lambda connection: history_of(connection, number, name))
        if rows:
            return choose_target(rows, name, wanted=wanted)
        others = await services.database.read(lambda connection: environments_of(connection, number))
        text = render_never_deployed(name, others)
        return Chosen(refused=Refused(reason=Reason.NO_GOOD_DEPLOYMENT, text=text))

    return await run.step("known good", choose, returns=Chosen)


async def _deliver(run: Run, work: RollBack, row: DeploymentRow, services: Services) -> Delivered:
    request = request_back(work.request, row, now=await run.now())
    facts = await _facts(run, request, services)
    if isinstance(facts, GitHubError):
        return Delivered(succeeded=False, text=render_stuck(str(facts)))
    stands_against = obstacle(facts)
    if stands_against is not None:
        return Delivered(succeeded=False, text=stands_against.text)
    return await work.deliver(request, back_to(facts, row))


def request_back(request: DeployRequest, row: DeploymentRow, *, now: datetime) -> DeployRequest:
    """This function will make the request that puts a deployment back after the request's own one failed.

    The bot asks for it, and nobody else: so the journal and GitHub's list of deployments say.
    """
    return replace(
        request,
        key=f"{request.key}/rollback",
        author=BOT,
        asked_at=now,
        environment=row.environment,
        head_sha=row.sha,
        parameters=row.parameters,
        task=Task.ROLLBACK,
        target=row.deployment_id,
        canary=False,
        plan_only=False,
        keep="",
        then=None,
    )


async def _facts(run: Run, request: DeployRequest, services: Services) -> DeployFacts | GitHubError:
    repo = services.repository(request.repository)
    problem = GitHubError("")
    for patience in (timedelta(), *_PATIENCE):
        if patience:
            await run.sleep(patience)
        read = partial(gather, repo, request, database=services.database, now=await run.now())
        try:
            return await run.step("rollback facts", read, returns=DeployFacts)
        except GitHubError as error:
            _log.warning("rollback_facts_not_read", environment=request.environment, error=str(error))
            problem = error
    return problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _Back:
    """A rollback that was tried."""

    work: RollBack
    target: DeploymentRow
    delivered: Delivered


async def _close(run: Run, back: _Back, services: Services) -> RollbackEnd:
    """Let nobody deploy until a person has looked, and open the issue that says so."""
    work, delivered = back.work, back.delivered
    frozen = Frozen(
        environment=work.rollout.environment,
        number=work.request.number,
        deployment_id=work.deployment_id,
        sha=work.rollout.sha,
        login=work.request.author.login,
        why=work.why,
        outcome=delivered.text,
        is_back=delivered.succeeded,
        web_url=work.rollout.web_url,
    )
    url = await freeze(run, Freezing(repository=work.request.repository, frozen=frozen), services=services)
    return RollbackEnd(
        reason=Reason.ROLLED_BACK if delivered.succeeded else Reason.ROLLBACK_FAILED,
        text=render_rolled_back(frozen, back.target, url),
        is_frozen=True,
    )
