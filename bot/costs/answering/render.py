"""Words what `/cost` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.costs.answering.question import Way
from bot.costs.report.model import NOTHING
from bot.costs.report.movers import sums_by
from bot.costs.report.saying.charts import month_chart, share_chart
from bot.costs.report.saying.day import day_sections, error_details, headline, standing
from bot.costs.report.saying.fitting import Section, fitted
from bot.costs.report.saying.tables import Shares, day_table, gap_list, share_table, source_table
from bot.costs.report.saying.words import duration
from bot.markdown import code, link, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from decimal import Decimal

    from bot.config.costing import AccountConfig
    from bot.costs.model import Reading
    from bot.costs.report.model import DayFacts, DayLedger, Part

_MOST_BYTES = 50_000  # the receipt around it takes some
_TITLES: Mapping[Way, tuple[str, str, str]] = {
    Way.SERVICE: ("By service", "Service", "unnamed"),
    Way.AGENT: ("By agent", "Agent", "no agent"),
    Way.PULL: ("By pull request", "Pull request", "none"),
    Way.ENVIRONMENT: ("By environment", "Environment", "none"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """What stands below every answer."""

    age: timedelta  # of the newest look
    is_looking: bool = False  # whether the question has begun another
    issue: int | None = None  # of the running month
    url: str = ""  # of the page


def render_day_answer(facts: DayFacts, way: Way | None, foot: Foot) -> str:
    """This function will answer what a day has cost."""
    if way is None:
        return _answer(day_sections(facts), foot)
    sums = facts.sums
    amounts = {
        Way.SERVICE: sums.by_service,
        Way.AGENT: sums.by_agent,
        Way.PULL: sums.by_pull,
        Way.ENVIRONMENT: sums.by_environment,
    }[way]
    top = (Section(text=f"### {headline(facts)}"), Section(text=standing(facts)))
    return _answer((*top, *_parted(way, amounts)), foot)


def render_days_answer(days: Sequence[DayLedger], parts: Sequence[Part], way: Way | None, foot: Foot) -> str:
    """This function will answer what several days have cost."""
    known = [day.total for day in days if day.total is not None]
    total = sum(known, NOTHING)
    over = sum(day.is_over for day in days)
    went = "none went over its limit" if not over else f"{over} went over the limit"
    first, last = days[0].day, days[-1].day
    counted = f"{len(known)} of {len(days)} days are known, {went}"
    title = f"{first.day} {first:%B} to {last.day} {last:%B}"
    ways = tuple(Way) if way is None else (way,)
    sums = {
        Way.SERVICE: sums_by(parts, lambda part: part.service),
        Way.AGENT: sums_by(parts, lambda part: part.agent),
        Way.PULL: sums_by(parts, lambda part: part.pull),
        Way.ENVIRONMENT: sums_by(parts, lambda part: part.environment),
    }
    several = (
        Section(text=month_chart(days, f"{title}, dollars a day"), name="the chart of the days", rank=8),
        Section(text=day_table(days, {}), name="the days", rank=7),
    )
    return _answer(
        (
            Section(text=f"### {title}: {dollars(total)}\n\n{counted}."),
            *(several if way is None else ()),
            *(section for each in ways for section in _parted(each, sums[each])),
        ),
        foot,
    )


def render_sources(
    reading: Reading, accounts: Sequence[AccountConfig], foot: Foot, *, external_id: str, now: datetime
) -> str:
    """This function will answer where the figures come from, how fresh and sure they are, and what is missing."""
    rows = [
        (code(account.id), code(account.role or "the process's own credentials"), ", ".join(account.regions))
        for account in accounts
    ]
    named = table(("Account", "Role", "Regions"), rows)
    gaps = gap_list(reading.gaps) or "Nothing is missing in the sum."
    calls = [(code(name), str(count)) for name, count in sorted(reading.calls.items())]
    return _answer(
        (
            Section(text=f"### Sources\n\n{source_table(reading.sources, now)}"),
            Section(text=f"#### What is missing\n\n{gaps}", name="what is missing", rank=2),
            Section(text=error_details(reading.reconciliation), name="the error of the meters", rank=3),
            Section(
                text=f"#### AWS accounts\n\n{named}\n\nA role is assumed with the external id {code(external_id)}."
                if accounts
                else "No AWS account is configured: `costs: {accounts: …}` names them.",
            ),
            Section(
                text=f"#### AWS requests at the newest look\n\n{table(('Operation', 'Requests'), calls)}"
                if calls
                else "",
                name="the requests",
                rank=4,
            ),
        ),
        foot,
    )


def render_first(foot: Foot) -> str:
    """This function will answer where costs were not looked at yet."""
    return f"Costs are being looked at for the first time; ask again in some minutes.{_issue(foot)}"


def _parted(way: Way, amounts: Mapping[str, Decimal]) -> tuple[Section, ...]:
    title, kind, nothing = _TITLES[way]
    shares = Shares(kind=kind, nothing=nothing, amounts=amounts, is_pulls=way is Way.PULL)
    shown = share_table(shares) or "Nothing was spent on any."
    named = {name or nothing: amount for name, amount in amounts.items()}
    chart = share_chart(named, f"{title}, in dollars")
    return (
        Section(text=f"#### {title}\n\n{shown}", name=title.lower(), rank=5),
        Section(text=chart, name=f"the chart {title.lower()}", rank=6),
    )


def _answer(sections: Sequence[Section], foot: Foot) -> str:
    again = "; another is under way, ask again in a minute" if foot.is_looking else ""
    page = f" {link('All of it with live charts', foot.url)}." if foot.url else ""
    read = f"Read {duration(foot.age)} ago{again}.{_issue(foot)}{page}"
    return fitted((*sections, Section(text=read)), most=_MOST_BYTES)


def _issue(foot: Foot) -> str:
    return f" The report is #{foot.issue}." if foot.issue is not None else ""
