"""The ladder's part of a look: decides, stores the stage, does what the stage asks for, and says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.costs.ladder.acting import Acting
from bot.costs.ladder.denying import hold_models
from bot.costs.ladder.due import DoneBefore, Due, due
from bot.costs.ladder.ending import end_spot
from bot.costs.ladder.gathering import Stood, gather, record_change
from bot.costs.ladder.holding import hold_agents
from bot.costs.ladder.notices import noticed_after, words_of
from bot.costs.ladder.rows import actions_of, done_before
from bot.costs.ladder.rules import decide_budget, look_again_in, stage_of
from bot.costs.ladder.telling import tell
from bot.costs.model import Action, ActionKind, ActionState
from bot.costs.store.budgets import note_reading
from bot.costs.store.changes import end_extension
from bot.costs.store.readings import save_reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.budget.model import Stage
    from bot.config.costing import CostConfig
    from bot.costs.model import Reading
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """Where a look left the budget."""

    reading: Reading  # with its stage
    look_again_at: datetime | None = None  # before the next tick, so that the limit is held in time


async def climb(
    run: Run, reading: Reading, config: CostConfig, services: CostServices, repository: RepositoryRef
) -> Climbed:
    """This function will take the reading up or down the ladder and do what its stage asks for.

    It stores the stage with the reading and the budget; what fails is done again at the next look.
    """
    database = services.services.database
    stood = await run.step("budget facts", lambda: gather(database, reading, config), returns=Stood)
    facts, stage = stood.facts, stage_of(stood.facts)
    decision_id = await run.step(
        "budget decision",
        lambda: record_change(database, decide_budget(facts), stood, repository=repository),
        returns=str,
    )
    acting = Acting(
        run=run,
        services=services,
        repository=repository,
        config=config,
        facts=facts,
        decision_id=decision_id,
    )
    reading = replace(reading, stage=stage)
    before = await _settle(acting, reading, stood)
    await _act(acting, stage, before)
    done = await run.step("actions", lambda: _today(acting), returns=tuple[Action, ...])
    mine = tuple(one for one in done if one.reading_id == reading.id and one.kind is not ActionKind.NOTIFY)
    words = words_of(facts, stage, stood.noticed)
    await tell(acting, words, open_before=_untold(before.today), done=mine)
    again = look_again_in(facts)
    return Climbed(reading=reading, look_again_at=None if again is None else facts.now + again)


async def _settle(acting: Acting, reading: Reading, stood: Stood) -> DoneBefore:
    """Store where the reading leaves the budget, and return what the limit had done before."""
    words = words_of(stood.facts, reading.stage, stood.noticed)
    noticed = noticed_after(stood.facts, reading.stage, stood.noticed, words)

    def save(connection: Connection) -> DoneBefore:
        end_extension(connection, reading.repository_id, now=reading.read_at)
        note_reading(connection, reading, noticed=noticed, decision_id=acting.decision_id)
        save_reading(connection, reading)
        return done_before(connection, reading.repository_id, now=reading.read_at, day=reading.day)

    return await acting.run.step("stage", lambda: acting.database.write(save), returns=DoneBefore)


async def _act(acting: Acting, stage: Stage, before: DoneBefore) -> None:
    """Give back what is no more stopped, then stop what is: agents push their work before a machine ends."""
    facts = acting.facts
    what = due(facts, stage, acting.config, before)
    if what.resume:
        await hold_agents(acting, what.resume, is_resume=True)
    if what.allow:
        await hold_models(acting, what.allow, is_allowed=True)
    if what.freezes:
        await _freeze(acting)
    if what.pause:
        await hold_agents(acting, what.pause)
    if what.ends_spot:
        await end_spot(acting, before.today)
    if what.deny:
        await hold_models(acting, what.deny)
    await _would(acting, what, before)


async def _freeze(acting: Acting) -> None:
    is_enforced = not acting.is_dry
    state = ActionState.DONE if is_enforced else ActionState.WOULD
    text = "No deployment, node or agent is begun any more until 00:00 UTC."
    if not is_enforced:
        text = "No deployment, node or agent would be begun any more, were the limit enforced."
    await acting.intend(ActionKind.FREEZE, ("",), text, state=state)


async def _would(acting: Acting, what: Due, before: DoneBefore) -> None:
    would = ActionState.WOULD
    if ActionKind.PAUSE_AGENTS in what.would and acting.config.agents:
        text = "Its work would be pushed, and it would be paused, were the limit enforced."
        await acting.intend(ActionKind.PAUSE_AGENTS, acting.config.agents, text, state=would)
    if ActionKind.TERMINATE in what.would and acting.config.accounts:
        await end_spot(acting, before.today, is_dry=True)
    role = acting.config.enforce.deny_role
    if ActionKind.DENY_MODELS in what.would and role is not None:
        text = "It would be denied all model calls, were the limit enforced."
        await acting.intend(ActionKind.DENY_MODELS, (role,), text, state=would)


def _untold(today: tuple[Action, ...]) -> tuple[Action, ...]:
    """What an earlier look could not put into the issue."""
    return tuple(one for one in today if one.kind is ActionKind.NOTIFY and one.state is ActionState.INTENDED)


async def _today(acting: Acting) -> tuple[Action, ...]:
    return await acting.database.read(
        lambda connection: actions_of(connection, acting.repository.id, acting.facts.day)
    )
