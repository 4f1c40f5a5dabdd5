"""Gathers what the report of a day, a month and a week tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.causes.finding import cause_of
from bot.costs.ladder.rows import actions_of
from bot.costs.report.ledger import days_between, parts_between
from bot.costs.report.model import DayFacts, MonthFacts, WeekFacts
from bot.costs.report.movers import top_mover, usual_of
from bot.costs.store.budgets import budget_of
from bot.costs.store.readings import curve_of, newest_reading
from bot.costs.store.reports import month_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Connection

    from bot.costs.model import Reconciliation
    from bot.costs.report.model import Mover
    from bot.costs.store.reports import Written

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


def day_facts(connection: Connection, repository_id: int, day: date, *, now: datetime) -> DayFacts | None:
    """This function will gather what a day's comment tells; None where nothing was read on it."""
    budget = budget_of(connection, repository_id)
    reading = newest_reading(connection, repository_id, day=day)
    if budget is None or reading is None:
        return None
    parts = parts_between(connection, repository_id, since=day - _WEEK, until=day)
    today = [part for part in parts if part.day == day]
    before = [part for part in parts if part.day < day]
    share = _share(reading.read_at, day) if day == now.date() else Decimal(1)
    mover = top_mover(today, before, share=share)
    if mover is not None and mover.change > 0:
        cause = cause_of(connection, repository_id, service=mover.service, day=day, share=share)
        mover = replace(mover, cause=cause)
    mover = top_mover(today, before, share=share)
    return DayFacts(
        budget=budget,
        now=now,
        reading=reading,
        points=curve_of(connection, repository_id, day),
        ledger=days_between(connection, repository_id, since=day, until=day)[0],
        usual=usual_of(before, share) if before else {},
        mover=_with_cause(connection, repository_id, mover, day=day, share=share),
        actions=actions_of(connection, repository_id, day),
    )


def _with_cause(
    connection: Connection, repository_id: int, mover: Mover | None, *, day: date, share: Decimal
) -> Mover | None:
    if mover is None:
        return None
    cause = cause_of(connection, repository_id, service=mover.service, day=day, share=share)
    return replace(mover, cause=cause)


def month_facts(
    connection: Connection,
    repository_id: int,
    first: date,
    *,
    today: date,
    reconciliation: Reconciliation,
) -> MonthFacts:
    """This function will gather what a month's issue tells, but for what is written about it."""
    bare = MonthFacts(first=first, today=today, days=(), reconciliation=reconciliation)
    days = days_between(connection, repository_id, since=first, until=min(today, bare.last))
    return replace(bare, days=days)


def with_written(facts: MonthFacts, known: Mapping[str, Written]) -> MonthFacts:
    """This function will add where the month's days are told of, and which issue tells of the month before."""
    here = known.get(month_of(facts.first))
    earlier = known.get(month_of(facts.first - _DAY))
    comments = {
        period: part.comment_id
        for period, part in known.items()
        if part.comment_id is not None and here is not None and part.issue_number == here.issue_number
    }
    return replace(facts, comments=comments, before=earlier.issue_number if earlier else None)


def week_facts(connection: Connection, repository_id: int, monday: date) -> WeekFacts:
    """This function will gather what the summary of the week that begins on that Monday tells."""
    sunday = monday + _WEEK - _DAY
    days = days_between(connection, repository_id, since=monday - _WEEK, until=sunday)
    week = [monday + _DAY * number for number in range(7)]
    return WeekFacts(
        monday=monday,
        days=days[7:],
        before=days[:7],
        parts=parts_between(connection, repository_id, since=monday, until=sunday),
        actions=tuple(action for day in week for action in actions_of(connection, repository_id, day)),
    )


def _share(at: datetime, day: date) -> Decimal:
    """How much of the day is over."""
    begun = datetime.combine(day, time(), tzinfo=UTC)
    return min(Decimal((at - begun) / _DAY), Decimal(1))
