"""Gathers the facts that decide how far up its ladder a day is, and stores where that left the budget."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.model import Mode, Stage
from bot.config.terms import parse_duration
from bot.costs.ladder.model import EarlierLook, LadderFacts
from bot.costs.ladder.running import runs_on
from bot.costs.model import GapKind
from bot.costs.store.budgets import budget_of
from bot.costs.store.meters import lines_of
from bot.costs.store.readings import curve_of
from bot.decisions.store import Where, concluded, record, recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.config.costing import CostConfig
    from bot.costs.model import Reading
    from bot.costs.standing import Budget
    from bot.costs.store.readings import Point
    from bot.decisions.model import Decision
    from bot.github.models import RepositoryRef
    from bot.storage.database import Database

_DOUBTFUL = frozenset({GapKind.PERMISSION, GapKind.UNAVAILABLE, GapKind.STALE})
_MOST_DOUBTS = 10
_NOTHING = Decimal(0)
_OFF = "The meters are further off the settled days of the last fortnight than the limit may rest on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How the budget stood before a look, and what decides about it."""

    facts: LadderFacts
    noticed: tuple[str, ...] = ()  # what was told already on that day
    decision_id: str = ""  # of the decision before


async def gather(database: Database, reading: Reading, config: CostConfig) -> Stood:
    """This function will read what decides how far up the ladder the reading leads."""
    return await database.read(lambda connection: _gather(connection, reading, config))


async def record_change(
    database: Database, decision: Decision, stood: Stood, *, repository: RepositoryRef
) -> str:
    """This function will record the decision where it is another one than before, and return the id of what holds."""
    before = await database.read(lambda connection: recorded(connection, stood.decision_id))
    if before is not None and _gist(concluded(before)) == _gist(decision):
        return before.id
    where = Where(repository=repository, number=None, environment="", at=stood.facts.now)
    key = f"budget/{stood.facts.reading_id}"
    return await record(database, decision, facts=(stood.facts,), where=where, key=key)


def facts_of(
    reading: Reading,
    config: CostConfig,
    *,
    budget: Budget | None,
    points: Iterable[Point],
    running: Decimal = _NOTHING,
) -> LadderFacts:
    """This function will put together what decides about a reading.

    Args:
        reading: what was read.
        config: what the repository says of its costs.
        budget: as the look before left it; None where there is none.
        points: the looks of the day.
        running: what is spent until midnight by what the limit cannot end, in dollars.
    """
    is_same_day = budget is not None and budget.day == reading.day
    return LadderFacts(
        reading_id=reading.id,
        day=reading.day,
        now=reading.read_at,
        mode=budget.mode if budget is not None else Mode.DRY_RUN,
        before=budget.stage if budget is not None and is_same_day else Stage.UNDER,
        spent=reading.sums.total,
        forecast=reading.forecast.likely,
        rate=reading.forecast.rate,
        runs_on=running,
        limit=reading.limit,
        is_sure=reading.is_sure,
        limit_in=reading.forecast.limit_in,
        doubts=() if reading.is_sure else _doubts(reading),
        is_off=reading.reconciliation.is_off,
        earlier=_earlier(reading, points, config),
        marks=config.ladder,
    )


def _gather(connection: Connection, reading: Reading, config: CostConfig) -> Stood:
    budget = budget_of(connection, reading.repository_id)
    points = curve_of(connection, reading.repository_id, reading.day)
    lines = lines_of(connection, reading.repository_id, reading.day)
    is_today = reading.day == reading.read_at.date()
    running = runs_on(lines, now=reading.read_at) if is_today else _NOTHING
    facts = facts_of(reading, config, budget=budget, points=points, running=running)
    if budget is None:
        return Stood(facts=facts)
    noticed = budget.noticed if budget.day == reading.day else ()
    return Stood(facts=facts, noticed=noticed, decision_id=budget.decision_id)


def _earlier(reading: Reading, points: Iterable[Point], config: CostConfig) -> tuple[EarlierLook, ...]:
    """The sure looks that are still fresh, and before them the one that had seen the most spent."""
    sure = [
        EarlierLook(at=point.at, spent=point.spent)
        for point in points
        if point.is_sure and point.at < reading.read_at
    ]
    since = reading.read_at - parse_duration(config.ladder.fresh)
    fresh = [look for look in sure if look.at >= since]
    before = [look for look in sure if look.at < since]
    return (*((max(before, key=lambda look: look.spent),) if before else ()), *fresh)


def _doubts(reading: Reading) -> tuple[str, ...]:
    off = (_OFF,) if reading.reconciliation.is_off else ()
    gaps = (gap.text for gap in reading.gaps if gap.kind in _DOUBTFUL)
    return (*off, *dict.fromkeys(gaps))[:_MOST_DOUBTS]


def _gist(decision: Decision) -> tuple[object, ...]:
    """What makes a decision another one; its figures change with every look."""
    return (decision.outcome, decision.reason, *((one.name, one.standing) for one in decision.conditions))
