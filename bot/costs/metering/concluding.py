"""Draws the conclusion of a look: everything that was metered, added up, foretold and judged, as one reading."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.model import Stage
from bot.config.terms import parse_duration
from bot.costs.metering.forecast import Course, ForecastFacts, Mark, forecast
from bot.costs.metering.reconcile import Ledgers, reconcile
from bot.costs.metering.sureness import SureFacts, is_sure
from bot.costs.metering.totals import sums
from bot.costs.model import Gap, Reading, SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.costs.metering.model import Told
    from bot.costs.model import GapKind, MeterLine
    from bot.costs.standing import Budget
    from bot.costs.store.readings import SourceAmounts

_EVEN = frozenset({"hours", "GB-hours", "days"})  # units of what runs evenly
_MOST_GAPS = 20  # of one source and kind


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFacts:
    """All that is known when a look is concluded."""

    look: str  # that asked: tells its reading from others
    budget: Budget
    now: datetime
    day: date
    lines: Sequence[MeterLine]  # of the day
    told: Sequence[Told]
    clock: Gap | None
    gaps: Sequence[Gap]  # beside those of the sources: of the configuration, of the settled days
    calls: Mapping[str, int]  # beside those of the sources
    ledgers: Ledgers
    yesterday: Mapping[str, Decimal]  # by source
    looks: Sequence[SourceAmounts] = ()  # the newest looks before this one
    courses: Sequence[Course] = ()


def conclude_look(facts: LookFacts) -> Reading:
    """This function will draw up the reading of a look, at the stage that the budget had before it."""
    today = _by_source(facts.lines)
    found = sums(facts.lines)
    reconciliation = reconcile(facts.ledgers)
    budget = facts.budget
    limit = budget.limit_at(facts.now)
    sure = SureFacts(
        now=facts.now,
        told=facts.told,
        today=today,
        yesterday=facts.yesterday,
        fresh=parse_duration(budget.config.ladder.fresh),
        reconciliation=reconciliation,
        clock=facts.clock,
    )
    return Reading(
        id=reading_id(facts.look, facts.day),
        repository_id=budget.repository.id,
        day=facts.day,
        read_at=facts.now,
        sums=found,
        forecast=forecast(_foresight(facts, today, found.total, limit)),
        limit=limit,
        stage=budget.stage if budget.day == facts.day else Stage.UNDER,
        is_sure=is_sure(sure),
        sources=tuple(_state(told, today) for told in facts.told),
        gaps=_gaps(facts),
        reconciliation=reconciliation,
        calls=_calls(facts),
    )


def reading_id(look: str, day: date) -> str:
    """This function will make the id of the reading that a look makes of a day."""
    return hashlib.sha256(f"{look}/{day}".encode()).hexdigest()[:16]


def _foresight(
    facts: LookFacts, today: Mapping[str, Decimal], spent: Decimal, limit: Decimal
) -> ForecastFacts:
    return ForecastFacts(
        now=facts.now,
        spent=spent,
        limit=limit,
        marks={
            source: _marks(facts, source, today.get(source, Decimal(0))) for source in _seen(facts, today)
        },
        steady=_steady(facts.lines),
        courses=facts.courses,
    )


def _seen(facts: LookFacts, today: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The sources that have told of something: as a day begins, those of the hours before it."""
    return tuple(dict.fromkeys([*today, *(source for look in facts.looks for source in look.amounts)]))


def _marks(facts: LookFacts, source: str, amount: Decimal) -> tuple[Mark, ...]:
    """What the source had metered at each look, without what was spent at once as the day began."""
    at_once = _at_once(facts.budget) if source == "fixed" else Decimal(0)
    whole = facts.yesterday.get(source, Decimal(0))
    midnight = datetime.combine(facts.day, time(), tzinfo=UTC)
    looks = [look for look in facts.looks if source in look.amounts and look.at < facts.now]
    before = [Mark(at=look.at, amount=look.amounts[source] - whole) for look in looks if look.day < facts.day]
    since = [
        Mark(at=look.at, amount=look.amounts[source] - at_once) for look in looks if look.day == facts.day
    ]
    now = Mark(at=facts.now, amount=amount - at_once)
    return (*before, Mark(at=midnight, amount=Decimal(0)), *since, now)


def _at_once(budget: Budget) -> Decimal:
    items = budget.config.fixed.values()
    return sum((Decimal(str(item.per_day)) for item in items if item.at_once), Decimal(0))


def _steady(lines: Iterable[MeterLine]) -> frozenset[str]:
    units: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        units[line.source].add(line.unit)
    return frozenset(source for source, found in units.items() if found <= _EVEN)


def _by_source(lines: Iterable[MeterLine]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.amount is not None:
            found[line.source] += line.amount
    return dict(found)


def _state(told: Told, today: Mapping[str, Decimal]) -> SourceState:
    return SourceState(
        source=told.source,
        data_until=told.data_until,
        sureness=told.sureness,
        amount=today.get(told.source, Decimal(0)),
        calls=sum(told.calls.values()),
    )


def _gaps(facts: LookFacts) -> tuple[Gap, ...]:
    """Each once: what keeps all of AWS from being read is told by every source that reads it; of many alike a few."""
    clock = () if facts.clock is None else (facts.clock,)
    told = (gap for each in facts.told for gap in each.gaps)
    alike: dict[tuple[str, GapKind], dict[Gap, None]] = defaultdict(dict)
    for gap in (*facts.gaps, *clock, *told):
        alike[gap.source, gap.kind][gap] = None
    return tuple(gap for gaps in alike.values() for gap in _few(tuple(gaps)))


def _few(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    if len(gaps) <= _MOST_GAPS:
        return gaps
    text = f"{len(gaps) - _MOST_GAPS} more like these are not listed."
    return (*gaps[:_MOST_GAPS], Gap(source=gaps[0].source, kind=gaps[0].kind, text=text))


def _calls(facts: LookFacts) -> Mapping[str, int]:
    calls = Counter(facts.calls)
    for told in facts.told:
        calls.update(told.calls)
    return dict(calls)
