"""The comment of a day: what was spent against the limit, on what, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.money import dollars, percent
from bot.markdown import escape, marker, table

if TYPE_CHECKING:
    from datetime import date

    from bot.costs.model import Reading


def day_marker(day: date) -> str:
    """This function will make the first line by which the day's comment is found again."""
    return marker("costs", f"day {day}")


def render_day(reading: Reading) -> str:
    """This function will say what a day has cost."""
    sums = reading.sums
    head = f"### {reading.day}: {dollars(sums.total)} of {dollars(reading.limit)} ({percent(sums.total, reading.limit)})"
    ranked = sorted(sums.by_service.items(), key=lambda pair: (-pair[1], pair[0]))
    services = table(("Service", "Spent"), [(escape(name), dollars(amount)) for name, amount in ranked])
    return "\n\n".join((day_marker(reading.day), head, services))
