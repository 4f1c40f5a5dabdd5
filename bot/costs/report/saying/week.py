"""The summary of a week: what it cost, against the week before, and on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.costs.model import ActionKind, ActionState
from bot.costs.report.model import NOTHING
from bot.costs.report.movers import sums_by
from bot.costs.report.saying.charts import month_chart
from bot.costs.report.saying.fitting import Section, fitted
from bot.costs.report.saying.month import services_of
from bot.costs.report.saying.tables import Shares, day_table, share_table
from bot.markdown import link, marker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from bot.costs.model import Action
    from bot.costs.report.model import DayLedger, WeekFacts

_DAYS = 7


def week_of(day: date) -> str:
    """This function will name the week of a day, as ISO 8601 counts: 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def week_marker(monday: date) -> str:
    """This function will make the first line by which the week's comment is found again."""
    return marker("costs", f"week {week_of(monday)}")


def render_week(facts: WeekFacts) -> str:
    """This function will say what a week has cost."""
    sunday = facts.days[-1].day
    monday = facts.monday
    services = Shares(
        kind="Service",
        nothing="unnamed",
        amounts=services_of(facts.days),
        usual=services_of(facts.before) or None,
        usual_title="The week before",
    )
    agents, pulls, places = (
        sums_by(facts.parts, name_of)
        for name_of in (lambda part: part.agent, lambda part: part.pull, lambda part: part.environment)
    )
    ways = (
        services,
        Shares(kind="Agent", nothing="no agent", amounts=agents),
        Shares(kind="Pull request", nothing="none", amounts=pulls, is_pulls=True),
        Shares(kind="Environment", nothing="none", amounts=places),
    )
    total = _total(facts.days)
    chart = month_chart(facts.days, f"Week {monday:%V}, dollars a day")
    return fitted(
        (
            Section(text=week_marker(monday)),
            Section(
                text=f"### 🗓️ Week {monday:%V}, {monday.day} {monday:%B} to {sunday.day} {sunday:%B}: {dollars(total)}"
            ),
            Section(text=week_summary(facts)),
            Section(text=chart, name="the chart of the week", rank=2),
            Section(text=day_table(facts.days, {}), name="the days", rank=1),
            *(
                Section(
                    text=f"#### By {way.kind.lower()}\n\n{shown}", name=f"by {way.kind.lower()}", rank=rank
                )
                for rank, way in enumerate(ways, start=3)
                if (shown := share_table(way))
            ),
            Section(text=link("Live charts", facts.url) if facts.url else ""),
        )
    )


def week_title(facts: WeekFacts) -> str:
    """This function will say a week in one line of plain text, for a notice."""
    return f"Week {facts.monday:%V} cost {dollars(_total(facts.days))}"


def week_summary(facts: WeekFacts) -> str:
    """This function will sum up a week in some sentences without any markup."""
    total = _total(facts.days)
    lines = []
    before = [day for day in facts.before if day.total is not None]
    known = [day for day in facts.days if day.total is not None]
    if len(before) == len(known) == _DAYS and (earlier := _total(before)):
        change = (total - earlier) / earlier * 100
        more = "more" if change >= 0 else "less"
        lines.append(f"{abs(change):.0f} % {more} than the {dollars(earlier)} of the week before.")
    if len(known) < _DAYS:
        lines.append(f"{len(known)} of its 7 days were metered or settled.")
    over = sum(day.is_over for day in known)
    lines.append("No day went over the limit." if not over else f"Over the limit on {over} of its days.")
    lines.append(_did(facts.actions))
    return " ".join(lines)


def _did(actions: Sequence[Action]) -> str:
    acts = [action for action in actions if action.kind is not ActionKind.NOTIFY]
    done = sum(action.state is ActionState.DONE for action in acts)
    would = sum(action.state is ActionState.WOULD for action in acts)
    failed = sum(action.state is ActionState.FAILED for action in acts)
    parts = [f"{done} done"] if done else []
    parts += [f"{would} only would have been (dry run)"] if would else []
    parts += [f"{failed} failed"] if failed else []
    return f"Actions of the limit: {', '.join(parts)}." if parts else "The limit had to do nothing."


def _total(days: Sequence[DayLedger]) -> Decimal:
    return sum((day.total for day in days if day.total is not None), NOTHING)
