"""Reads the facts, decides, and records the decision: when it is asked for, and right before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.decisions.model import Outcome
from bot.decisions.store import Where, record
from bot.github.errors import GitHubError
from bot.releases.judging.fact_model import ReleaseFacts
from bot.releases.judging.facts import Reading, gather, read_changes
from bot.releases.judging.rules import decide_release
from bot.releases.model import End, Stage
from bot.releases.notes.model import Notes
from bot.releases.render import render_unread

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.releases.model import ReleaseRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """It may be released, and so."""

    facts: ReleaseFacts
    decision_id: str


async def read_what_is_new(run: Run, request: ReleaseRequest, *, services: Services) -> Notes | End | None:
    """This function will read once what the release holds; None where the policy does not say what is released."""
    repo = services.repository(request.repository)
    try:
        return await run.step("changes", lambda: read_changes(repo, request), returns=Notes | None)
    except GitHubError as error:
        return refused(Reason.COULD_NOT_VERIFY, render_unread(str(error)))


async def decide(
    run: Run, request: ReleaseRequest, *, services: Services, notes: Notes | None, moment: str
) -> Decided | End:
    """This function will decide whether the release may happen, from facts that are read now.

    Args:
        run: The run that releases.
        request: What was asked for.
        services: Where the facts are read.
        notes: What the release holds.
        moment: Tells this decision from the run's others.
    """
    now, database = await run.now(), services.database
    reading = Reading(repo=services.repository(request.repository), database=database, now=now)
    try:
        facts = await run.step(
            f"facts {moment}", lambda: gather(reading, request, notes), returns=ReleaseFacts
        )
    except GitHubError as error:
        return refused(Reason.COULD_NOT_VERIFY, render_unread(str(error)))
    decision = decide_release(facts)
    environment = facts.environment.name if facts.environment is not None else ""
    where = Where(repository=request.repository, number=request.number, environment=environment, at=now)
    decision_id = await run.step(
        f"decision {moment}",
        lambda: record(database, decision, facts=(facts,), where=where, key=f"{run.id}/{moment}"),
        returns=str,
    )
    if decision.outcome is Outcome.PROCEED:
        return Decided(facts=facts, decision_id=decision_id)
    return refused(Reason(decision.reason), decision.text)


def refused(reason: Reason, text: str) -> End:
    """This function will make the end of a release that may not go on."""
    return End(stage=Stage.STOPPED, status=Status.REFUSED, reason=reason, text=text)
