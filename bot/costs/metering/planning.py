"""Plans a look: whether there is a budget, whether the time can be believed, whether the day before is to be closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.metering.model import Plan
from bot.costs.metering.sureness import clock_gap

if TYPE_CHECKING:
    from datetime import datetime

    from bot.costs.metering.model import Found


def plan_look(found: Found, *, now: datetime) -> Plan | None:
    """This function will say what a look at this time is to read; None where there is no budget.

    The first look of a day also completes the day before: what ran until midnight ran on after that day's last look.
    Where the looks were away for longer, only the newest day with a look is completed: of the others nothing is known.
    """
    budget = found.budget
    if budget is None:
        return None
    previous = budget.read_at if budget.reading_id else None
    is_over = previous is not None and previous.date() < now.date()
    return Plan(
        budget=budget,
        at=now,
        gaps=() if found.gap is None else (found.gap,),
        clock=clock_gap(previous, now),
        closes=previous.date() if previous is not None and is_over else None,
    )
