"""The ladder's part of a look: decides, stores the stage, does what the stage asks for, and says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.costs.ladder.gathering import Stood, gather, record_change
from bot.costs.ladder.rules import decide_budget, look_again_in, stage_of
from bot.costs.store.budgets import note_reading
from bot.costs.store.readings import save_reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

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
    facts = stood.facts
    decision = decide_budget(facts)
    decision_id = await run.step(
        "budget decision",
        lambda: record_change(database, decision, stood, repository=repository),
        returns=str,
    )
    reading = replace(reading, stage=stage_of(facts))

    def save(connection: Connection) -> None:
        note_reading(connection, reading, noticed=stood.noticed, decision_id=decision_id)
        save_reading(connection, reading)

    await run.step("stage", lambda: database.write(save), returns=None)
    again = look_again_in(facts)
    return Climbed(reading=reading, look_again_at=None if again is None else facts.now + again)
