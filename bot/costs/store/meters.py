"""The rows of what was metered: what each thing has cost on a day; a thing that is gone keeps its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import and_, bindparam, func, select

from bot.costs.model import MeterLine
from bot.forms import decode
from bot.storage.cost_tables import cost_meters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection, Row

_KEYS = ("day", "source", "item")  # of a repository's lines


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredSum:
    """What a service of an account was metered on a day."""

    day: date
    account: str  # empty for what is spent outside AWS
    service: str
    amount: Decimal
    first_at: datetime  # when the first of it was seen


def lines_of(
    connection: Connection, repository_id: int, day: date, *, source: str = ""
) -> tuple[MeterLine, ...]:
    """This function will return what was metered on the day by one source or by all, by source and item."""
    query = select(cost_meters).where(
        cost_meters.c.repository_id == repository_id, cost_meters.c.day == day.isoformat()
    )
    if source:
        query = query.where(cost_meters.c.source == source)
    return tuple(
        _line(row) for row in connection.execute(query.order_by(cost_meters.c.source, cost_meters.c.item))
    )


def save_lines(
    connection: Connection,
    repository_id: int,
    lines: Iterable[MeterLine],
    *,
    known: Collection[tuple[str, str]] = (),
) -> None:
    """This function will store the lines; those that are known keep when they were seen first.

    Args:
        connection: to the database.
        repository_id: of the repository.
        lines: as they stand now.
        known: source and item of the lines that have a row.
    """
    every = tuple(lines)
    new = [line for line in every if (line.source, line.item) not in known]
    if new:
        rows = [_values(line) | {"repository_id": repository_id, "first_at": line.seen_at} for line in new]
        connection.execute(cost_meters.insert(), rows)
    old = [_values(line) for line in every if (line.source, line.item) in known]
    if old:
        place = and_(
            cost_meters.c.repository_id == repository_id,
            *(cost_meters.c[name] == bindparam(f"of_{name}") for name in _KEYS),
        )
        change = (
            cost_meters.update()
            .where(place)
            .values({name: bindparam(name) for name in old[0] if name not in _KEYS})
        )
        connection.execute(change, [row | {f"of_{name}": row[name] for name in _KEYS} for row in old])


def forget_unseen(connection: Connection, repository_id: int, day: date, *, now: datetime) -> None:
    """This function will forget what was seen first at a time that has not come: the clock was set back since."""
    connection.execute(
        cost_meters.delete().where(
            cost_meters.c.repository_id == repository_id,
            cost_meters.c.day == day.isoformat(),
            cost_meters.c.first_at > now,
        )
    )


def metered_sums(
    connection: Connection, repository_id: int, *, since: date, until: date
) -> tuple[MeteredSum, ...]:
    """This function will add up what was metered from one day up to another, by day, account and service."""
    c = cost_meters.c
    query = (
        select(
            c.day,
            c.account,
            c.service,
            func.sum(c.amount).label("amount"),
            func.min(c.first_at).label("first_at"),
        )
        .where(c.repository_id == repository_id, c.day >= since.isoformat(), c.day <= until.isoformat())
        .group_by(c.day, c.account, c.service)
        .order_by(c.day, c.account, c.service)
    )
    return tuple(
        MeteredSum(
            day=date.fromisoformat(row.day),
            account=row.account,
            service=row.service,
            amount=row.amount or Decimal(0),
            first_at=row.first_at,
        )
        for row in connection.execute(query)
    )


def source_sums(connection: Connection, repository_id: int, day: date) -> Mapping[str, Decimal]:
    """This function will add up what each source metered on a day."""
    c = cost_meters.c
    query = select(c.source, func.sum(c.amount).label("amount")).where(
        c.repository_id == repository_id, c.day == day.isoformat(), c.amount.is_not(None)
    )
    return {row.source: row.amount for row in connection.execute(query.group_by(c.source))}


def _values(line: MeterLine) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in line.__slots__ if name != "seen_at"}
    return values | {
        "day": line.day.isoformat(),
        "detail": msgspec.json.encode(line.detail).decode(),
        "quantity": str(line.quantity),
        "unit_price": "" if line.unit_price is None else str(line.unit_price),
        "last_at": line.seen_at,
    }


def _line(row: Row[Any]) -> MeterLine:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    for name in ("repository_id", "first_at"):
        del values[name]
    return MeterLine(
        **values
        | {
            "day": date.fromisoformat(row.day),
            "detail": decode(row.detail, dict[str, str]),
            "quantity": Decimal(row.quantity),
            "unit_price": Decimal(row.unit_price) if row.unit_price else None,
            "seen_at": values.pop("last_at"),
        }
    )
