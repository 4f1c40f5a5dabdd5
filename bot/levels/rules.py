"""Which waits count, and which days a row of days has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.levels.model import Day, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from bot.levels.model import Wait

# GitHub offers a delivery for three days; what is older was not waited for, but found.
LONGEST = timedelta(days=3)


def counts(wait: Wait, *, known_since: datetime | None = None) -> bool:
    """This function will say whether somebody waited: what is found days after is history that was read.

    So is a run that had turned red before the bot knew of its repository: the first sweep after an installation finds
    all of those. Nobody can have given a command to a bot that was not there, or asked it to merge.

    Args:
        wait: that is over.
        known_since: when the bot was told of the repository; None where that was before anybody noted it.
    """
    is_history = wait.kind is Kind.SUMMARISED and known_since is not None and wait.began_at < known_since
    return not is_history and wait.ended_at - wait.began_at <= LONGEST


def every_day(found: Iterable[Day], *, until: date, days: int) -> tuple[Day, ...]:
    """This function will give each of so many days, those on which nobody waited too, the oldest first."""
    by_day = {one.day: one for one in found}
    return tuple(
        by_day.get(day) or Day(day=day, count=0, kept=0)
        for back in range(days - 1, -1, -1)
        for day in (until - timedelta(days=back),)
    )
