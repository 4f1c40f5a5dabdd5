"""The comment of a day: what was spent against the limit and on what, what moved, what was done, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.model import Mode, Stage
from bot.budget.money import dollars, percent
from bot.costs.report.model import NOTHING
from bot.costs.report.saying.charts import day_chart, share_chart
from bot.costs.report.saying.fitting import Section, fitted
from bot.costs.report.saying.tables import (
    Shares,
    action_table,
    error_of,
    error_table,
    gap_list,
    share_table,
    signed,
    source_table,
)
from bot.costs.report.saying.words import STAGE_SIGNS, STAGE_WORDS, duration, long_day
from bot.markdown import code, details, escape, link, marker

if TYPE_CHECKING:
    from datetime import date

    from bot.costs.model import Reading, Reconciliation
    from bot.costs.report.model import DayFacts, Mover

_MOST_UNPRICED = 10


def day_marker(day: date) -> str:
    """This function will make the first line by which the day's comment is found again."""
    return marker("costs", f"day {day}")


def render_day(facts: DayFacts) -> str:
    """This function will say what a day has cost."""
    return fitted((Section(text=day_marker(facts.day)), *day_sections(facts)))


def day_sections(facts: DayFacts) -> tuple[Section, ...]:
    """This function will say what a day has cost, piece by piece."""
    reading, sums = facts.reading, facts.sums
    forecast = reading.forecast if facts.is_running else None
    legend = "🟦 spent · 🟧 forecast · 🟥 limit" if forecast else "🟦 spent · 🟥 limit"
    chart = day_chart(facts.points, facts.day, forecast)
    services = Shares(
        kind="Service",
        nothing="unnamed",
        amounts=sums.by_service,
        usual=facts.usual or None,
        usual_title="Usually by now" if facts.is_running else "Usually",
    )
    return (
        Section(text=f"### {headline(facts)}"),
        Section(text=standing(facts)),
        Section(text=f"{chart}\n\n{legend}" if chart else "", name="the chart of the day", rank=2),
        Section(text=mover_line(facts.mover, is_running=facts.is_running)),
        Section(text=_headed("By service", share_table(services))),
        Section(
            text=share_chart(sums.by_service, "By service, in dollars"), name="the chart by service", rank=3
        ),
        *_ways(facts),
        Section(
            text=_headed("What the limit did", action_table(facts.actions) if facts.actions else ""),
            name="what the limit did",
            rank=1,
        ),
        Section(text=_missing(facts)),
        *_evidence(facts),
        Section(text=link("All of it with live charts", facts.url) if facts.url else ""),
    )


def headline(facts: DayFacts) -> str:
    """This function will say a day in one line: its stage, what was spent, of how much."""
    total = (
        facts.ledger.total if facts.ledger.settled is not None and not facts.is_running else facts.sums.total
    )
    spent, limit = total or facts.sums.total, facts.reading.limit
    sign = STAGE_SIGNS[facts.reading.stage]
    return f"{sign} {long_day(facts.day)}: {dollars(spent)} of {dollars(limit)} ({percent(spent, limit)})"


def standing(facts: DayFacts) -> str:
    """This function will say where the day leads, or where it ended, and what follows from that."""
    lines = [_outlook(facts.reading) if facts.is_running else _settled(facts), _stage(facts)]
    if not facts.reading.is_sure and facts.is_running:
        lines.append(
            "⚠️ Not sure enough to act on: until every large source is fresh and readable, the limit only tells."
        )
    if facts.reading.reconciliation.is_off:
        error = error_of(facts.reading.reconciliation.error)
        lines.append(f"⚠️ The meters were {error} off the settled days, more than ±15 %: nothing is enforced.")
    return "\\\n".join(line for line in lines if line)


def _outlook(reading: Reading) -> str:
    forecast = reading.forecast
    until = forecast.limit_in
    reached = f"; the limit is reached in **{duration(until)}** at this rate" if until is not None else ""
    return (
        f"At {reading.read_at:%H:%M} UTC, at {dollars(forecast.rate)} an hour. Forecast for the whole day: "
        f"**{dollars(forecast.likely)}** ({dollars(forecast.low)} to {dollars(forecast.high)}){reached}."
    )


def _settled(facts: DayFacts) -> str:
    ledger = facts.ledger
    if ledger.settled is None:
        return f"Metered {dollars(facts.sums.total)}; Cost Explorer has not settled the day yet."
    outside = f" and {dollars(ledger.outside)} outside of it" if ledger.outside else ""
    credit = f"; credits of {dollars(ledger.credit)} are not taken off" if ledger.credit else ""
    estimated = " (AWS may still change it)" if ledger.is_estimated else ""
    return (
        f"Settled {dollars(ledger.settled)} by Cost Explorer{estimated}{outside}, "
        f"metered {dollars(facts.sums.total)} in all{credit}."
    )


def _stage(facts: DayFacts) -> str:
    stage = facts.reading.stage
    if not facts.is_running:
        return "" if stage.height <= Stage.NOTICED.height else f"It ended at the stage {code(stage)}."
    if facts.budget.mode is Mode.DRY_RUN:
        would = f" Were it enforced: {STAGE_WORDS[stage]}" if stage.height > Stage.NOTICED.height else ""
        return f"Dry run: nothing is stopped until someone writes {code('/budget enforce')}.{would}"
    return STAGE_WORDS[stage]


def mover_line(mover: Mover | None, *, is_running: bool) -> str:
    """This function will say what differs most from the days before."""
    if mover is None:
        return ""
    more = "more" if mover.change > 0 else "less"
    when = " by this time" if is_running else ""
    days = "the day before" if mover.days == 1 else f"the {mover.days} days before"
    line = (
        f"**Top mover:** {escape(mover.service)} has cost {dollars(mover.spent)}, "
        f"{dollars(abs(mover.change))} {more} than usual{when} ({days})"
    )
    if mover.purpose:
        line += f", most of it for {mover.purpose} ({signed(mover.purpose_change)})"
    return f"{line}.{f' {mover.cause}' if mover.cause else ''}"


def _ways(facts: DayFacts) -> tuple[Section, ...]:
    sums = facts.sums
    agents = Shares(kind="Agent", nothing="no agent", amounts=sums.by_agent)
    folded = (
        ("pull request", Shares(kind="Pull request", nothing="none", amounts=sums.by_pull, is_pulls=True)),
        ("environment", Shares(kind="Environment", nothing="none", amounts=sums.by_environment)),
    )
    return (
        Section(text=_headed("By agent", share_table(agents)), name="by agent", rank=4),
        *(
            Section(text=_folded(kind, shares), name=f"by {kind}", rank=rank)
            for rank, (kind, shares) in enumerate(folded, start=5)
        ),
    )


def _folded(kind: str, shares: Shares) -> str:
    shown = share_table(shares)
    if not shown:
        return ""
    nothing = shares.amounts.get("", NOTHING)
    spent = sum(shares.amounts.values(), NOTHING) - nothing
    return details(f"By {kind} ({sum(map(bool, shares.amounts))}): {dollars(spent)}", shown)


def _headed(title: str, body: str) -> str:
    return f"#### {title}\n\n{body}" if body else ""


def _missing(facts: DayFacts) -> str:
    """What is not in the sum, or not told whose it is."""
    sums = facts.sums
    lines = []
    if sums.untagged:
        part = percent(sums.untagged, sums.total)
        lines.append(
            f"**Untagged:** {dollars(sums.untagged)} ({part}) says neither agent, pull request nor environment."
        )
    if sums.unpriced:
        named = ", ".join(code(item) for item in sums.unpriced[:_MOST_UNPRICED])
        more = len(sums.unpriced) - _MOST_UNPRICED
        lines.append(
            f"**No price known:** {named}{f' and {more} more' if more > 0 else ''}; the sum is without it."
        )
    return "\n\n".join(lines)


def _evidence(facts: DayFacts) -> tuple[Section, ...]:
    reading = facts.reading
    gaps, calls = len(reading.gaps), sum(reading.calls.values())
    missing = "1 thing is" if gaps == 1 else f"{gaps} things are"
    sources = details(
        f"Sources: how fresh, how sure ({calls} AWS requests at this look)",
        source_table(reading.sources, reading.read_at),
    )
    return (
        Section(
            text=details(f"⚠️ {missing} missing in the sum, and how to mend it", gap_list(reading.gaps))
            if gaps
            else "",
            name="what is missing",
            rank=0,
        ),
        Section(text=sources if reading.sources else "", name="the sources", rank=7),
        Section(text=error_details(reading.reconciliation), name="the error of the meters", rank=8),
    )


def error_details(reconciliation: Reconciliation) -> str:
    """This function will fold away how far the meters were off the settled days."""
    if not reconciliation.days:
        return "_The meters have no error yet: no day is settled that they metered from its beginning._"
    days = len(reconciliation.days)
    return details(
        f"Error of the meters over {days} settled days: {error_of(reconciliation.error)}",
        error_table(reconciliation),
    )
