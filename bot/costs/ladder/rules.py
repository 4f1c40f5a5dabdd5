"""Decides how far up its ladder a day is, from facts alone; what is not sure stops nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.model import Stage
from bot.config.terms import parse_duration
from bot.costs.ladder.conditions import of_forecast, of_notice, of_reading, of_rung
from bot.costs.ladder.model import KIND, LADDER, TICK
from bot.decisions.model import conclude

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.costs.ladder.model import LadderFacts, Rung
    from bot.decisions.model import Decision

_HOUR = Decimal(3600)


def decide_budget(facts: LadderFacts) -> Decision:
    """This function will decide what the day's spend stops: it is refused where something is, with the way out.

    It waits where a mark seems to be reached, and another reading has to say so too.
    """
    stage = stage_of(facts)
    rungs = (of_rung(facts, rung, stage, is_pending=_is_pending(facts, rung, stage)) for rung in LADDER)
    conditions = (of_reading(facts), of_notice(facts), of_forecast(facts), *rungs)
    return conclude(KIND, conditions)


def stage_of(facts: LadderFacts) -> Stage:
    """This function will say how far up the ladder the day is.

    A sure reading leads up; what was reached is left only where spend is well below its mark (`back`), as when the
    limit was extended, so that a day does not swing between stages.
    """
    reached = max((_told(facts), *_reached(facts)), key=lambda stage: stage.height)
    return max((reached, *_kept(facts)), key=lambda stage: stage.height)


def look_again_in(facts: LadderFacts) -> timedelta | None:
    """This function will say when costs should be read again before the next tick, to hold the limit in time.

    So it is where the limit would be passed before the next tick, and agents are not paused yet.
    """
    is_held = stage_of(facts).height >= Stage.HELD.height
    is_near = facts.is_sure and _reaches(facts, _bound(facts, facts.spent), facts.marks.hold, ahead=TICK)
    return parse_duration(facts.marks.apart) if is_near and not is_held else None


def lifts_below(facts: LadderFacts, stage: Stage) -> Decimal:
    """This function will return the spend, in dollars, below which the stage ends before the day does."""
    mark = next((rung.mark(facts.marks) for rung in LADDER if rung.stage is stage), 0)
    return _dollars(facts, max(mark - facts.marks.back, 0))


def _told(facts: LadderFacts) -> Stage:
    lowest = min((*facts.marks.notify, facts.marks.freeze))
    is_told = _known(facts) >= _dollars(facts, lowest) or facts.forecast >= facts.limit
    return Stage.NOTICED if is_told else Stage.UNDER


def _reached(facts: LadderFacts) -> tuple[Stage, ...]:
    """The stages that this reading leads to, if it is sure."""
    if not facts.is_sure:
        return ()
    found = [Stage.FROZEN] if facts.spent >= _dollars(facts, facts.marks.freeze) else []
    if _is_held(facts):
        found.append(Stage.HELD)
        if facts.spent >= _dollars(facts, facts.marks.deny):
            found.append(Stage.DENIED)
    return tuple(found)


def _is_held(facts: LadderFacts) -> bool:
    """Whether two sure readings, far enough apart, reach the limit.

    Spend goes on between looks. So the newest counts as having reached the limit if it will before it could be looked
    at again, and the one before it if it would have before its next tick. What runs on until midnight whatever is
    stopped counts as spent, so that the day ends near its limit.
    """
    apart, fresh = parse_duration(facts.marks.apart), parse_duration(facts.marks.fresh)
    if not _reaches(facts, _bound(facts, facts.spent), facts.marks.hold, ahead=apart):
        return False
    return any(
        apart <= facts.now - look.at <= fresh
        and _reaches(facts, _bound(facts, look.spent), facts.marks.hold, ahead=TICK)
        for look in facts.earlier
    )


def _kept(facts: LadderFacts) -> tuple[Stage, ...]:
    """The stages that the day keeps, because spend is not well below their marks."""
    return tuple(
        rung.stage
        for rung in LADDER
        if rung.stage.height <= facts.before.height
        and _kept_by(facts, rung) >= lifts_below(facts, rung.stage)
    )


def _known(facts: LadderFacts) -> Decimal:
    """What was spent at least: a source that falls silent takes nothing back."""
    if facts.is_sure:
        return facts.spent
    return max(facts.spent, *(look.spent for look in facts.earlier), Decimal(0))


def _kept_by(facts: LadderFacts, rung: Rung) -> Decimal:
    return _bound(facts, _known(facts)) if rung.stage is Stage.HELD else _known(facts)


def _bound(facts: LadderFacts, spent: Decimal) -> Decimal:
    """What the day costs at least once everything is stopped that may be."""
    return spent + facts.runs_on


def _is_pending(facts: LadderFacts, rung: Rung, stage: Stage) -> bool:
    """Whether the rung's mark seems to be reached, though not so surely that it acts."""
    is_hold = rung.stage is Stage.HELD and facts.is_sure
    ahead = TICK if is_hold else TICK * 0
    spent = _bound(facts, facts.spent) if is_hold else facts.spent
    return stage.height < rung.stage.height and _reaches(facts, spent, rung.mark(facts.marks), ahead=ahead)


def _reaches(facts: LadderFacts, spent: Decimal, mark: int, *, ahead: timedelta) -> bool:
    """Whether the spend reaches the mark within the time ahead, at the present rate."""
    seconds = Decimal(int(ahead.total_seconds()))
    return spent + facts.rate * seconds / _HOUR >= _dollars(facts, mark)


def _dollars(facts: LadderFacts, percent: int) -> Decimal:
    return facts.limit * percent / 100
