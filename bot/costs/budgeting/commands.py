"""Carries out `/budget`: shows it, explains it, or changes it in one transaction that decides and stores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from bot.audit.store import take_turn
from bot.commands.model import Done, Reason, Refused
from bot.costs.budgeting.gathering import facts_of, found_budget, gather, unverified, words_of
from bot.costs.budgeting.reading import read_change
from bot.costs.budgeting.render import render_budget, render_made, render_waiting
from bot.costs.budgeting.rules import Make, Voices, Wait, decide_change
from bot.costs.changes import FORMS, WHY, Change
from bot.costs.ladder.gathering import Stood
from bot.costs.ladder.gathering import gather as gather_ladder
from bot.costs.ladder.rules import decide_budget
from bot.costs.model import MeterCosts
from bot.costs.store.budgets import budget_of
from bot.costs.store.changes import add_change, made_at, make_change, waiting_changes
from bot.costs.store.readings import newest_reading
from bot.decisions.render import render_proof
from bot.github.errors import GitHubError
from bot.markdown import code, link
from bot.page_links import TODAY, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.costs.budgeting.rules import ChangeFacts
    from bot.costs.standing import Budget
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What came of a change."""

    text: str  # safe Markdown
    reason: Reason | None = None  # why it is not made (yet); None where it is
    made: str = ""  # the id of the change that is made


async def budget(run: Run, call: Call, services: Services) -> Outcome:
    """This function will do what the first word says: nothing shows how the budget stands."""
    form, rest = words_of(call)
    if form and form not in FORMS:
        known = ", ".join(code(f"/budget {each}") for each in FORMS)
        text = f"{code(f'/budget {form}')} is not known; there is {code('/budget')}, {known}."
        return Refused(reason=Reason.UNKNOWN_TOPIC, text=text)
    now = await run.now()
    found = await found_budget(run, call, services, now)
    if isinstance(found, Refused):
        return found
    if form in {"", WHY}:
        told = await run.step(
            f"budget told {call.command.index}",
            lambda: _explain(services, found) if form else _show(services, found, now),
            returns=Settled,
        )
        return _outcome(told)
    wanted = read_change(form, rest, now=now)
    if isinstance(wanted, Refused):
        return wanted
    return await _change(run, call, services, facts_of(call, found, wanted, now))


async def _change(run: Run, call: Call, services: Services, facts: ChangeFacts) -> Outcome:
    index, repository = call.command.index, call.request.repository
    try:
        voices = await run.step(
            f"budget voices {index}", lambda: gather(call, services, facts), returns=Voices
        )
    except GitHubError as error:
        return unverified(error)
    known = replace(facts, voices=voices)
    settled = await run.step(
        f"budget change {index}",
        lambda: services.database.write(lambda connection: _settle(connection, known)),
        returns=Settled,
    )
    if settled.made:
        cause = f"budget-{settled.made}-{facts.now:%H%M%S}"
        await run.send(MeterCosts(repository=repository, cause=cause).start())
    return _outcome(settled)


def _settle(connection: Connection, facts: ChangeFacts) -> Settled:
    """Decide on what stands now and store it, one after another for a repository; done twice, it is done once."""
    repository_id = facts.budget.repository.id
    take_turn(connection, repository_id)
    standing = budget_of(connection, repository_id, for_change=True) or facts.budget
    before = made_at(connection, repository_id, at=facts.now, person=facts.person)
    if before is not None:
        return Settled(text=render_made(standing, before, now=facts.now), made=before.id)
    waiting = waiting_changes(connection, repository_id, now=facts.now)
    known = {change.id for change in facts.voices.waiting}  # of another one it was not read who asked for it
    voices = replace(facts.voices, waiting=tuple(change for change in waiting if change.id in known))
    decided = decide_change(replace(facts, budget=standing, voices=voices))
    match decided:
        case Make(change=change):
            make_change(connection, change, budget=standing, at=facts.now)
            return Settled(text=render_made(standing, change, now=facts.now), made=change.id)
        case Wait(change=change):
            add_change(connection, change)
            return Settled(text=render_waiting(standing, change), reason=Reason.SECOND_PERSON)
        case Refused(reason=reason, text=text):
            return Settled(text=text, reason=reason)
        case Done(text=text):
            return Settled(text=text)
        case _:
            assert_never(decided)


async def _show(services: Services, found: Budget, now: datetime) -> Settled:
    waiting: tuple[Change, ...] = await services.database.read(
        lambda connection: waiting_changes(connection, found.repository.id, now=now)
    )
    text = render_budget(found, waiting, now=now)
    if services.links is not None:
        address = services.links.address(found.repository.id, Kind.COSTS, TODAY, now=now)
        text += f"\n\n{link('The day on a page', address)}"
    return Settled(text=text)


async def _explain(services: Services, found: Budget) -> Settled:
    """The newest reading, held against the ladder again: its proof."""
    reading = await services.database.read(lambda connection: newest_reading(connection, found.repository.id))
    if reading is None:
        return Settled(text="The costs have not been read yet.", reason=Reason.NO_READING)
    stood: Stood = await gather_ladder(services.database, reading, found.config)
    head = f"What was read at {reading.read_at:%Y-%m-%d %H:%M} UTC:"
    proof = render_proof(decide_budget(stood.facts), decision_id=found.decision_id)
    return Settled(text=f"{head}\n\n{proof}")


def _outcome(settled: Settled) -> Outcome:
    return (
        Done(text=settled.text)
        if settled.reason is None
        else Refused(reason=settled.reason, text=settled.text)
    )
