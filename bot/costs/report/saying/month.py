"""The issue of a month: what each day has cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.report.publishing import IssueText
from bot.markdown import marker

if TYPE_CHECKING:
    from datetime import date


def month_of(day: date) -> str:
    """This function will name the month of a day: 2026-11."""
    return f"{day:%Y-%m}"


def render_month(day: date, *, labels: tuple[str, ...]) -> IssueText:
    """This function will say what the month of the day has cost so far."""
    first = marker("costs", f"month {month_of(day)}")
    return IssueText(
        period=month_of(day),
        marker=first,
        title=f"Costs of {day:%B %Y}",
        body=f"{first}\n\nOne comment a day.",
        labels=labels,
    )
