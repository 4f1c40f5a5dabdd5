"""Gathers what the page of a repository's costs shows."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.ladder.rows import actions_of
from bot.costs.store.budgets import budget_of
from bot.costs.store.meters import lines_of, metered_sums
from bot.costs.store.readings import curve_of, newest_reading
from bot.costs.store.settled import settled_lines
from bot.diagnosis.reporting.metrics_store import newest_address
from bot.page_links import TODAY
from bot.web.costs.charts import DayTotal
from bot.web.costs.export import as_csv
from bot.web.costs.model import CostsFacts, Lines, Share, Shares, version_of
from bot.web.deployment_facts import decided
from bot.web.run_facts import repository_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.costs.model import Reading
    from bot.storage.database import Database

_MOST_SHARES = 50
_MOST_LINES = 100
_MOST_DAYS_BACK = 400


async def costs_facts(
    database: Database, repository_id: int, subject: str, *, now: datetime
) -> CostsFacts | None:
    """This function will read a day of a repository's costs, or return None where there is nothing to show."""
    day = _day(subject, now)
    if day is None:
        return None
    return await database.read(lambda connection: _read(connection, repository_id, day, now=now))


async def costs_csv(database: Database, repository_id: int, subject: str, *, now: datetime) -> str | None:
    """This function will write everything that was metered on a day, or return None where there is nothing."""
    day = _day(subject, now)
    if day is None:
        return None
    lines = await database.read(lambda connection: lines_of(connection, repository_id, day))
    return await asyncio.to_thread(as_csv, lines, day) if lines else None


async def costs_version(database: Database, repository_id: int, subject: str, *, now: datetime) -> str:
    """This function will read how the running day stands, without all that its page shows; empty for another day."""
    day = _day(subject, now)
    if day != now.date():
        return ""

    def read(connection: Connection) -> str:
        budget = budget_of(connection, repository_id)
        return version_of(budget, actions_of(connection, repository_id, day), day) if budget else ""

    return await database.read(read)


def _day(subject: str, now: datetime) -> date | None:
    if subject == TODAY:
        return now.date()
    try:
        day = date.fromisoformat(subject)
    except ValueError:
        return None
    return day if timedelta() <= now.date() - day <= timedelta(days=_MOST_DAYS_BACK) else None


def _read(connection: Connection, repository_id: int, day: date, *, now: datetime) -> CostsFacts | None:
    budget = budget_of(connection, repository_id)
    reading = newest_reading(connection, repository_id, day=day)
    is_running = day == now.date()
    if budget is None or (reading is None and not is_running):
        return None
    month, credit = _month(connection, repository_id, day)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    is_next = after <= now.date() and (after == now.date() or curve_of(connection, repository_id, after))
    return CostsFacts(
        budget=budget,
        repository=repository_page((newest_address(connection, repository_id),)),
        day=day,
        is_running=is_running,
        reading=reading,
        points=curve_of(connection, repository_id, day),
        month=month,
        credits=credit,
        shares=_shares(connection, reading) if reading else (),
        lines=_lines(connection, repository_id, day),
        actions=actions_of(connection, repository_id, day)[::-1],
        decided=decided(connection, repository_id, budget.decision_id) if is_running else None,
        earlier=str(before) if curve_of(connection, repository_id, before) else "",
        later=str(after) if is_next else "",
    )


def _month(connection: Connection, repository_id: int, day: date) -> tuple[tuple[DayTotal, ...], Decimal]:
    """Both ledgers of the month up to the day, and the credits apart."""
    first = day.replace(day=1)
    metered: dict[date, Decimal] = {}
    for one in metered_sums(connection, repository_id, since=first, until=day):
        metered[one.day] = metered.get(one.day, Decimal(0)) + one.amount
    settled: dict[date, Decimal] = {}
    estimated: set[date] = set()
    credit = Decimal(0)
    for fetched in settled_lines(connection, repository_id, since=first, until=day):
        line = fetched.line
        settled[line.day] = settled.get(line.day, Decimal(0)) + line.amount
        credit += line.credit
        if line.is_estimated:
            estimated.add(line.day)
    days = [first + timedelta(days=number) for number in range((day - first).days + 1)]
    return tuple(
        DayTotal(day=one, metered=metered.get(one), settled=settled.get(one), is_estimated=one in estimated)
        for one in days
    ), credit


def _lines(connection: Connection, repository_id: int, day: date) -> Lines:
    """What has no known price comes first: it is what somebody may have to look into."""
    found = lines_of(connection, repository_id, day)
    dearest = sorted(found, key=lambda line: (line.amount is not None, -(line.amount or 0), line.item))
    return Lines(rows=tuple(dearest[:_MOST_LINES]), left_out=max(0, len(found) - _MOST_LINES))


def _shares(connection: Connection, reading: Reading) -> tuple[Shares, ...]:
    sums, day = reading.sums, reading.day - timedelta(days=1)
    services: dict[str, Decimal] = {}
    for one in metered_sums(connection, reading.repository_id, since=day, until=day):
        services[one.service] = services.get(one.service, Decimal(0)) + one.amount
    return (
        _sorted("By service", "Unnamed", sums.by_service, services),
        _sorted("By agent", "No agent", sums.by_agent, {}),
        _sorted("By pull request", "No pull request", sums.by_pull, {}, is_pulls=True),
        _sorted("By environment", "No environment", sums.by_environment, {}),
    )


def _sorted(
    title: str,
    nothing: str,
    amounts: Mapping[str, Decimal],
    before: Mapping[str, Decimal],
    *,
    is_pulls: bool = False,
) -> Shares:
    rows = sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Shares(
        title=title,
        nothing=nothing,
        rows=tuple(
            Share(name=name, amount=amount, before=before.get(name)) for name, amount in rows[:_MOST_SHARES]
        ),
        left_out=max(0, len(rows) - _MOST_SHARES),
        is_pulls=is_pulls,
    )
