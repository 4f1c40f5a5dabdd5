"""The issue of a month: what each day has cost in both ledgers, on what, and where the month leads."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.costs.report.model import NOTHING
from bot.costs.report.saying.charts import month_chart, share_chart
from bot.costs.report.saying.day import error_details
from bot.costs.report.saying.fitting import Section, fitted
from bot.costs.report.saying.tables import Shares, day_table, share_table
from bot.markdown import code, link, marker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.costs.report.model import DayLedger, MonthFacts

_LEGEND = "🟩 settled by Cost Explorer · 🟦 metered · 🟥 limit · ✎ may still change"
_WEEK = 7


def month_marker(first: date) -> str:
    """This function will make the first line by which the month's issue is found again."""
    return marker("costs", f"month {first:%Y-%m}")


def month_title(first: date) -> str:
    """This function will make the title of the month's issue."""
    return f"Costs of {first:%B %Y}"


def render_month(facts: MonthFacts) -> str:
    """This function will say what a month has cost so far."""
    chart = month_chart(facts.days, f"{facts.first:%B %Y}, dollars a day")
    services = services_of(facts.days)
    shares = Shares(kind="Service", nothing="unnamed", amounts=services)
    rows = day_table(facts.days, facts.comments)
    pie = share_chart(services, f"By service in {facts.first:%B}, in dollars")
    return fitted(
        (
            Section(text=month_marker(facts.first)),
            Section(text=_summary(facts)),
            Section(text=f"{chart}\n\n{_LEGEND}" if chart else "", name="the chart of the month", rank=2),
            Section(text=f"### Days\n\n{rows}" if rows else "", name="the days", rank=1),
            Section(
                text=f"### By service\n\n{share_table(shares)}" if services else "", name="by service", rank=3
            ),
            Section(text=pie, name="the chart by service", rank=4),
            Section(text=error_details(facts.reconciliation), name="the error of the meters", rank=5),
            Section(text=_foot(facts)),
        )
    )


def services_of(days: Sequence[DayLedger]) -> Mapping[str, Decimal]:
    """This function will add up the days by service, each in its better ledger."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for day in days:
        for service, amount in day.services.items():
            found[service] += amount
    return dict(found)


def _summary(facts: MonthFacts) -> str:
    known = [(day, day.total) for day in facts.days if day.total is not None]
    if not known:
        return "Nothing is metered yet."
    total = sum((amount for _, amount in known), NOTHING)
    over = sum(day.is_over for day, _ in known)
    dearest, most = max(known, key=lambda pair: (pair[1], pair[0].day))
    settled = sum(day.settled is not None for day, _ in known)
    so_far = "in all" if facts.is_over else "so far"
    counted = f"on {_days(len(known))}, of which {settled} settled"
    went = "no day" if not over else _days(over)
    dearest_day = f"{dearest.day.day} {dearest.day:%B} with {dollars(most)}"
    lines = [
        f"**{dollars(total)}** {so_far}, {counted}{_pace(facts, total)}.",
        f"The dearest day was {dearest_day}; {went} went over the limit.",
    ]
    credit = sum((day.credit for day, _ in known), NOTHING)
    if credit:
        lines.append(f"Credits of {dollars(credit)} are told apart and not taken off.")
    return "\n".join(lines)


def _pace(facts: MonthFacts, total: Decimal) -> str:
    """Where the month leads if the days to come are as the last week's whole ones were."""
    whole = [day.total for day in facts.days if day.total is not None and day.day < facts.today][-_WEEK:]
    if facts.is_over or not whole:
        return ""
    average = sum(whole, NOTHING) / len(whole)
    today = next(
        (day.total for day in facts.days if day.day == facts.today and day.total is not None), NOTHING
    )
    ahead = average * (facts.last - facts.today).days + max(average - today, NOTHING)
    pace = f"at the pace of the last {_days(len(whole))} ({dollars(average)} a day)"
    return f"; {pace} about **{dollars(total + ahead)}** by its end"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _foot(facts: MonthFacts) -> str:
    commands = (
        f"{code('/cost')} answers on any issue or pull request, {code('/budget')} tells and changes the limit"
    )
    parts = [f"Each day (UTC) has a comment below, edited through the day; {commands}."]
    if facts.before is not None:
        parts.append(f"The month before: #{facts.before}.")
    if facts.url:
        parts.append(link("Live charts", facts.url))
    return " ".join(parts)
