"""Reads days in both ledgers, and what their parts were spent on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.budget.model import Stage
from bot.costs.report.model import NOTHING, DayLedger, Part
from bot.costs.store.meters import metered_sums
from bot.costs.store.settled import settled_lines
from bot.storage.cost_tables import cost_meters, cost_readings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from bot.costs.store.meters import MeteredSum
    from bot.costs.store.settled import FetchedLine

_DAY = timedelta(days=1)


def days_between(
    connection: Connection, repository_id: int, *, since: date, until: date
) -> tuple[DayLedger, ...]:
    """This function will return every day from one up to another, in both ledgers."""
    metered = defaultdict[date, list["MeteredSum"]](list)
    for one in metered_sums(connection, repository_id, since=since, until=until):
        metered[one.day].append(one)
    settled = defaultdict[date, list["FetchedLine"]](list)
    for line in settled_lines(connection, repository_id, since=since, until=until):
        settled[line.line.day].append(line)
    ends = _ends(connection, repository_id, since=since, until=until)
    days = [since + _DAY * number for number in range((until - since).days + 1)]
    return tuple(_with_end(ledger_of(day, metered[day], settled[day]), ends) for day in days)


def ledger_of(day: date, metered: Sequence[MeteredSum], settled: Sequence[FetchedLine]) -> DayLedger:
    """This function will hold a day's two ledgers side by side.

    What no AWS account spends is outside of Cost Explorer, unless that has a service of its name; so is an account
    of which nothing is settled.
    """
    billed = {each.line.service for each in settled}
    accounts = {each.line.account for each in settled}
    outside = [
        each
        for each in metered
        if each.account not in accounts and (each.account or each.service not in billed)
    ]
    return DayLedger(
        day=day,
        metered=_total(metered) if metered else None,
        settled=sum((each.line.amount for each in settled), NOTHING) if settled else None,
        outside=_total(outside),
        in_aws=_total([each for each in metered if each.account]),
        credit=sum((each.line.credit for each in settled), NOTHING),
        is_estimated=any(each.line.is_estimated for each in settled),
        services=_services(outside if settled else metered, settled),
    )


def parts_between(
    connection: Connection, repository_id: int, *, since: date, until: date
) -> tuple[Part, ...]:
    """This function will return what was spent from one day up to another, by service and purpose."""
    c = cost_meters.c
    names = (c.day, c.service, c.agent, c.number, c.environment)
    query = select(*names, func.sum(c.amount).label("amount")).where(
        c.repository_id == repository_id,
        c.day >= since.isoformat(),
        c.day <= until.isoformat(),
        c.amount.is_not(None),
    )
    return tuple(
        Part(
            day=date.fromisoformat(row.day),
            service=row.service,
            agent=row.agent,
            pull="" if row.number is None else f"#{row.number}",
            environment=row.environment,
            amount=row.amount,
        )
        for row in connection.execute(query.group_by(*names).order_by(*names))
    )


def _services(metered: Sequence[MeteredSum], settled: Sequence[FetchedLine]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for each in metered:
        found[each.service] += each.amount
    for one in settled:
        found[one.line.service] += one.line.amount
    return dict(found)


def _total(metered: Sequence[MeteredSum]) -> Decimal:
    return sum((each.amount for each in metered), NOTHING)


def _ends(
    connection: Connection, repository_id: int, *, since: date, until: date
) -> Mapping[date, tuple[Decimal, Stage]]:
    """The limit and the stage at the last look of each day."""
    c = cost_readings.c
    mine = (c.repository_id == repository_id) & (c.day >= since.isoformat()) & (c.day <= until.isoformat())
    last = select(c.day, func.max(c.read_at).label("at")).where(mine).group_by(c.day).subquery()
    query = select(c.day, c.limit, c.stage).where(mine, c.day == last.c.day, c.read_at == last.c.at)
    return {date.fromisoformat(row.day): (row.limit, Stage(row.stage)) for row in connection.execute(query)}


def _with_end(ledger: DayLedger, ends: Mapping[date, tuple[Decimal, Stage]]) -> DayLedger:
    end = ends.get(ledger.day)
    return ledger if end is None else replace(ledger, limit=end[0], stage=end[1])
