"""Reads the facts, decides, and records the decision: before the lease, right after it, and right before applying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused, Status
from bot.decisions.model import Outcome
from bot.decisions.store import Where, record
from bot.deployments.judging.fact_model import DeployFacts
from bot.deployments.judging.facts import gather
from bot.deployments.judging.rules import decide_deploy, rollout_of
from bot.deployments.leases.model import Place
from bot.deployments.model import End, Rollout, Stage, Task
from bot.deployments.render import render_unread
from bot.deployments.rollback.rules import back_to
from bot.deployments.rollback.story import target_of
from bot.github.errors import GitHubError

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.deployments.model import DeployRequest
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """It may happen, and so."""

    rollout: Rollout
    decision_id: str


async def decide(run: Run, request: DeployRequest, *, services: Services, moment: str) -> Decided | End:
    """This function will decide whether the deployment may happen, from facts that are read now.

    Args:
        run: The run that deploys.
        request: What was asked for.
        services: Where the facts are read.
        moment: Tells this decision from the run's others.
    """
    repo, database = services.repository(request.repository), services.database
    now = await run.now()
    try:
        facts = await run.step(
            f"facts {moment}", lambda: gather(repo, request, database=database, now=now), returns=DeployFacts
        )
    except GitHubError as error:
        return refused(Reason.COULD_NOT_VERIFY, render_unread(str(error)))
    decision = decide_deploy(facts)
    where = Where(
        repository=request.repository,
        number=request.number,
        environment=facts.environment or request.environment,
        at=now,
    )
    decision_id = await run.step(
        f"decision {moment}",
        lambda: record(database, decision, facts=(facts,), where=where, key=f"{run.id}/{moment}"),
        returns=str,
    )
    if decision.outcome is not Outcome.PROCEED:
        return refused(Reason(decision.reason), decision.text)
    rollout = await _rollout(run, request, facts, services)
    return rollout if isinstance(rollout, End) else Decided(rollout=rollout, decision_id=decision_id)


def refused(reason: Reason, text: str) -> End:
    """This function will make the end of a deployment that is not carried out."""
    return End(stage=Stage.REFUSED, status=Status.REFUSED, reason=reason, text=text)


async def _rollout(run: Run, request: DeployRequest, facts: DeployFacts, services: Services) -> Rollout | End:
    if request.task is not Task.ROLLBACK:
        return rollout_of(facts)
    place = Place(repository_id=request.repository.id, environment=facts.environment)
    wanted = str(request.target) if request.target is not None else ""
    found = (await target_of(run, place, services, wanted=wanted)).found
    return refused(found.reason, found.text) if isinstance(found, Refused) else back_to(facts, found)
