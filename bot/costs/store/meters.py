"""The rows of what was metered: what each thing has cost on a day; a thing that is gone keeps its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select

from bot.costs.model import MeterLine
from bot.storage.cost_tables import cost_meters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredSum:
    """What a service of an account was metered on a day."""

    day: date
    account: str  # empty for what is spent outside AWS
    service: str
    amount: Decimal
    first_at: datetime  # when the first of it was seen


def lines_of(connection: Connection, repository_id: int, day: date) -> tuple[MeterLine, ...]:
    """This function will return everything that was metered on the day, by source and item."""
    query = select(cost_meters).where(
        cost_meters.c.repository_id == repository_id, cost_meters.c.day == day.isoformat()
    )
    return tuple(
        _line(row) for row in connection.execute(query.order_by(cost_meters.c.source, cost_meters.c.item))
    )


def save_lines(connection: Connection, repository_id: int, lines: Sequence[MeterLine]) -> None:
    """This function will store the lines as they stand; those that are known keep when they were seen first."""
    for line in lines:
        place = (
            (cost_meters.c.repository_id == repository_id)
            & (cost_meters.c.day == line.day.isoformat())
            & (cost_meters.c.source == line.source)
            & (cost_meters.c.item == line.item)
        )
        values = _values(line)
        if connection.execute(cost_meters.update().where(place).values(values)).rowcount == 0:
            new = values | {"repository_id": repository_id, "first_at": line.seen_at}
            connection.execute(cost_meters.insert().values(new))


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
            "detail": msgspec.json.decode(row.detail, type=dict[str, str]),
            "quantity": Decimal(row.quantity),
            "unit_price": Decimal(row.unit_price) if row.unit_price else None,
            "seen_at": values.pop("last_at"),
        }
    )
