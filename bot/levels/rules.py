"""Which waits count, and which days a row of days has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.levels.model import Day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.levels.model import Wait

# GitHub offers a delivery for three days; what is older was not waited for, but found.
LONGEST = timedelta(days=3)


def counts(wait: Wait) -> bool:
    """This function will say whether somebody waited: what is found days after is history that was read."""
    return wait.ended_at - wait.began_at <= LONGEST


def every_day(found: Iterable[Day], *, until: date, days: int) -> tuple[Day, ...]:
    """This function will give each of so many days, those on which nobody waited too, the oldest first."""
    by_day = {one.day: one for one in found}
    return tuple(
        by_day.get(day) or Day(day=day, count=0, kept=0)
        for back in range(days - 1, -1, -1)
        for day in (until - timedelta(days=back),)
    )
