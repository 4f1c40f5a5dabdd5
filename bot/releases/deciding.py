"""Reads the facts, decides, and records the decision: when it is asked for, and right before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.decisions.model import Outcome
from bot.decisions.store import Where, record
from bot.github.errors import GitHubError
from bot.releases.judging.fact_model import ReleaseFacts
from bot.releases.judging.facts import Reading, gather, gather_again, read_changes
from bot.releases.judging.policy import Policy, read_policy
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
    notes: Notes | None  # what it holds
    decision_id: str


async def decide(run: Run, request: ReleaseRequest, *, services: Services) -> Decided | End:
    """This function will decide whether the release may begin, from facts that are read now."""
    reading = await _reading(run, request, services)
    repo = reading.repo
    try:
        policy = await run.step("policy asked", lambda: read_policy(repo), returns=Policy)
        notes = await run.step("changes", lambda: read_changes(repo, request, policy), returns=Notes | None)
        facts = await run.step(
            "facts asked", lambda: gather(reading, request, policy, notes), returns=ReleaseFacts
        )
    except GitHubError as error:
        return refused(Reason.COULD_NOT_VERIFY, render_unread(str(error)))
    return await _concluded(run, facts, services, _Moment(request=request, name="asked", notes=notes))


async def decide_again(
    run: Run, request: ReleaseRequest, *, services: Services, before: Decided
) -> Decided | End:
    """This function will decide whether the release may be published, from what may have changed meanwhile."""
    reading = await _reading(run, request, services)
    repo = reading.repo
    try:
        policy = await run.step("policy publishing", lambda: read_policy(repo), returns=Policy)
        facts = await run.step(
            "facts publishing",
            lambda: gather_again(reading, request, policy, before.facts),
            returns=ReleaseFacts,
        )
    except GitHubError as error:
        return refused(Reason.COULD_NOT_VERIFY, render_unread(str(error)))
    moment = _Moment(request=request, name="publishing", notes=before.notes)
    return await _concluded(run, facts, services, moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """When it is decided."""

    request: ReleaseRequest
    name: str  # tells the decision from the run's others
    notes: Notes | None


async def _reading(run: Run, request: ReleaseRequest, services: Services) -> Reading:
    now = await run.now()
    return Reading(repo=services.repository(request.repository), database=services.database, now=now)


async def _concluded(run: Run, facts: ReleaseFacts, services: Services, moment: _Moment) -> Decided | End:
    request, database = moment.request, services.database
    decision = decide_release(facts)
    # its tag stands where the decision about a deployment names an environment
    where = Where(repository=request.repository, number=request.number, environment=request.tag, at=facts.now)
    decision_id = await run.step(
        f"decision {moment.name}",
        lambda: record(database, decision, facts=(facts,), where=where, key=f"{run.id}/{moment.name}"),
        returns=str,
    )
    if decision.outcome is Outcome.PROCEED:
        return Decided(facts=facts, notes=moment.notes, decision_id=decision_id)
    return refused(Reason(decision.reason), decision.text)


def refused(reason: Reason, text: str) -> End:
    """This function will make the end of a release that may not go on."""
    return End(stage=Stage.STOPPED, status=Status.REFUSED, reason=reason, text=text)
