"""The rows of settled days: what Cost Explorer says of them, service by service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.costs.model import SettledLine
from bot.storage.cost_tables import cost_settled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedLine:
    """A settled line, and when it was told so."""

    line: SettledLine
    fetched_at: datetime


def save_settled(
    connection: Connection, repository_id: int, lines: Iterable[SettledLine], *, at: datetime
) -> None:
    """This function will store what is settled in place of what was told of the same days and accounts before."""
    told = tuple(lines)
    for account, day in {(line.account, line.day) for line in told}:
        connection.execute(
            cost_settled.delete().where(
                cost_settled.c.repository_id == repository_id,
                cost_settled.c.account == account,
                cost_settled.c.day == day.isoformat(),
            )
        )
    rows = [_values(line) | {"repository_id": repository_id, "fetched_at": at} for line in told]
    if rows:
        connection.execute(cost_settled.insert(), rows)


def settled_lines(
    connection: Connection, repository_id: int, *, since: date, until: date
) -> tuple[FetchedLine, ...]:
    """This function will return what is settled from one day up to another, by day, account and service."""
    c = cost_settled.c
    query = (
        select(cost_settled)
        .where(c.repository_id == repository_id, c.day >= since.isoformat(), c.day <= until.isoformat())
        .order_by(c.day, c.account, c.service)
    )
    return tuple(
        FetchedLine(
            line=SettledLine(
                account=row.account,
                day=date.fromisoformat(row.day),
                service=row.service,
                amount=row.amount,
                credit=row.credit,
                is_estimated=row.is_estimated,
            ),
            fetched_at=row.fetched_at,
        )
        for row in connection.execute(query)
    )


def _values(line: SettledLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__slots__} | {"day": line.day.isoformat()}
