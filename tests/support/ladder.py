"""Values for the tests of the ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.budget.model import Mode, Stage
from bot.costs.ladder.model import EarlierLook, LadderFacts

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 14, 15, tzinfo=UTC)


def day_at(spent: str, *, before: Stage = Stage.UNDER, rate: str = "0") -> LadderFacts:
    """This function will make a sure reading of a day whose limit is 100 dollars, in enforcement."""
    return LadderFacts(
        reading_id="reading-1",
        day=DAY,
        now=NOW,
        mode=Mode.ENFORCE,
        before=before,
        spent=Decimal(spent),
        forecast=Decimal(spent),
        rate=Decimal(rate),
        limit=Decimal(100),
        is_sure=True,
    )


def after_look(facts: LadderFacts, spent: str, *, minutes: float = 4) -> LadderFacts:
    """This function will add a sure reading that came so many minutes before."""
    look = EarlierLook(at=NOW - timedelta(minutes=minutes), spent=Decimal(spent))
    return replace(facts, earlier=(look, *facts.earlier))
