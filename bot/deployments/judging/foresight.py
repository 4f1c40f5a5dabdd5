"""Reads what a command that deploys would be decided by, for its dry run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Continues, Done
from bot.decisions.model import Condition, Standing, conclude
from bot.deployments.judging.fact_model import DeployFacts
from bot.deployments.judging.facts import gather
from bot.deployments.judging.foresight_rules import foresee_deploy
from bot.deployments.leases.model import Line, Place
from bot.deployments.leases.rows import LeaseUnreadableError, view_of
from bot.deployments.model import DeployRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run

    Body = Callable[[Run, Call, Services], Awaitable[Outcome]]


def foreseeing(body: Body) -> Callable[[Run, Call, Services], Awaitable[Decision]]:
    """This function will make the dry run of a command whose body only reads and then hands a deployment on."""

    async def foresee(run: Run, call: Call, services: Services) -> Decision:
        outcome = await body(run, call, services)
        if isinstance(outcome, Continues) and isinstance(outcome.start.request, DeployRequest):
            return await foresee_request(run, outcome.start.request, services)
        return _answered(call, outcome)

    return foresee


async def foresee_request(run: Run, request: DeployRequest, services: Services) -> Decision:
    """This function will decide about the deployment as it would be decided now.

    Raises:
        GitHubError: something could not be read.
    """
    repo, database = services.repository(request.repository), services.database
    now = await run.now()
    facts = await run.step(
        "foreseen facts", lambda: gather(repo, request, database=database, now=now), returns=DeployFacts
    )
    place = Place(repository_id=repo.ref.id, environment=facts.environment or request.environment)
    try:
        line: Line | None = await run.step(
            "foreseen lease",
            lambda: database.read(lambda connection: view_of(connection, place)),
            returns=Line,
        )
    except LeaseUnreadableError:
        line = None
    return foresee_deploy(request, facts, line)


def _answered(call: Call, outcome: Outcome) -> Decision:
    """A command that ends before anything is decided: its answer is the one condition."""
    condition = Condition(
        name=call.command.verb,
        standing=Standing.MET if isinstance(outcome, Done | Continues) else Standing.UNMET,
        text=outcome.text,
        reason="" if isinstance(outcome, Done | Continues) else outcome.reason,
    )
    return conclude(call.command.verb, (condition,))
