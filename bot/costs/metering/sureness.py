"""Says whether a look is good enough to act on: fresh and whole where the money goes, and not far off the bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.ladder.model import TICK
from bot.costs.model import Gap, GapKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.costs.metering.model import Told
    from bot.costs.model import Reconciliation

CLOCK = "clock"  # as its gaps name it
_SLACK = timedelta(minutes=1)  # by which a clock may be put right
_WEIGHT = Decimal("0.05")  # of a day's spend, from which on a source must have told
_BLIND = frozenset({GapKind.PERMISSION, GapKind.UNAVAILABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class SureFacts:
    """What a look's sureness is judged by."""

    now: datetime
    told: Sequence[Told]
    today: Mapping[str, Decimal]  # spent so far, by source
    yesterday: Mapping[str, Decimal]  # spent on the whole day before, by source; empty on the first day
    fresh: timedelta  # how old what is told may be
    reconciliation: Reconciliation
    clock: Gap | None = None  # why the time cannot be believed


def is_sure(facts: SureFacts) -> bool:
    """This function will say whether automatic actions may rest on a look."""
    if facts.clock is not None or facts.reconciliation.is_off:
        return False
    return not any(matters(told, facts) and not _is_good(told, facts) for told in facts.told)


def matters(told: Told, facts: SureFacts) -> bool:
    """This function will say whether a source spends so much that nothing may be done without it.

    On the first day nobody knows what matters, so everything does that told something or could not.
    """
    before = sum(facts.yesterday.values(), Decimal(0))
    if not before:
        return told.data_until is not None or any(gap.kind in _BLIND for gap in told.gaps)
    so_far = sum(facts.today.values(), Decimal(0))
    return (
        _part(facts.yesterday, told.source, before) >= _WEIGHT
        or _part(facts.today, told.source, so_far) >= _WEIGHT
    )


def clock_gap(previous: datetime | None, now: datetime) -> Gap | None:
    """This function will say why the time is not believed: it went backwards, or further ahead than looks are apart."""
    if previous is None:
        return None
    if now < previous - _SLACK:
        text = "The clock went backwards since the look before this one; nothing is done by this look."
    elif now > previous + 2 * TICK:
        text = (
            "The look before this one is longer ago than a tick: the bot was down, or the clock jumped. "
            "Only the next look may act."
        )
    else:
        return None
    return Gap(source=CLOCK, kind=GapKind.STALE, text=text)


def _is_good(told: Told, facts: SureFacts) -> bool:
    if told.data_until is None or any(gap.kind in _BLIND for gap in told.gaps):
        return False
    age: timedelta = facts.now - told.data_until
    return age <= facts.fresh


def _part(spent: Mapping[str, Decimal], source: str, total: Decimal) -> Decimal:
    return spent.get(source, Decimal(0)) / total if total else Decimal(0)
