"""The rows of readings: what each look found out, for the curve of a day and the newest figures."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal  # noqa: TC003 - as above
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select

from bot.budget.model import Stage
from bot.costs.model import Reading, SourceState
from bot.forms import decode
from bot.storage.cost_tables import cost_readings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One look, as a curve shows it."""

    at: datetime
    spent: Decimal
    low: Decimal
    forecast: Decimal
    high: Decimal
    limit: Decimal
    stage: Stage
    is_sure: bool
    calls: int  # requests to AWS


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAmounts:
    """What each source had metered at a look of its day."""

    day: date
    at: datetime
    amounts: Mapping[str, Decimal]


class _Sources(msgspec.Struct):
    """As much of a reading as that needs."""

    sources: tuple[SourceState, ...]


def save_reading(connection: Connection, reading: Reading) -> None:
    """This function will store the reading, in place of itself where it is known."""
    place = cost_readings.c.id == reading.id
    values = _values(reading)
    if connection.execute(cost_readings.update().where(place).values(values)).rowcount == 0:
        connection.execute(cost_readings.insert().values(id=reading.id, **values))


def forget_later(connection: Connection, repository_id: int, now: datetime) -> None:
    """This function will forget what was read at a time that has not come: the clock was set back since."""
    c = cost_readings.c
    connection.execute(cost_readings.delete().where(c.repository_id == repository_id, c.read_at > now))


def reading_by_id(connection: Connection, reading_id: str) -> Reading | None:
    """This function will return the reading; None where it is not known (any more)."""
    row = connection.execute(select(cost_readings).where(cost_readings.c.id == reading_id)).first()
    return None if row is None else _reading(row)


def newest_reading(connection: Connection, repository_id: int, *, day: date | None = None) -> Reading | None:
    """This function will return the newest reading, of one day or of all."""
    mine = cost_readings.c.repository_id == repository_id
    if day is not None:
        mine &= cost_readings.c.day == day.isoformat()
    query = select(cost_readings).where(mine)
    row = connection.execute(query.order_by(cost_readings.c.read_at.desc()).limit(1)).first()
    return None if row is None else _reading(row)


def curve_of(connection: Connection, repository_id: int, day: date) -> tuple[Point, ...]:
    """This function will return the day's looks in their order, without what each knew in detail."""
    c = cost_readings.c
    names = (c.read_at, c.spent, c.low, c.forecast, c.high, c.limit, c.stage, c.is_sure, c.calls)
    query = select(*names).where(c.repository_id == repository_id, c.day == day.isoformat())
    return tuple(
        Point(
            at=row.read_at,
            spent=row.spent,
            low=row.low,
            forecast=row.forecast,
            high=row.high,
            limit=row.limit,
            stage=Stage(row.stage),
            is_sure=row.is_sure,
            calls=row.calls,
        )
        for row in connection.execute(query.order_by(c.read_at))
    )


def source_amounts(
    connection: Connection, repository_id: int, *, since: datetime, until: datetime
) -> tuple[SourceAmounts, ...]:
    """This function will return what each source had metered at the looks since the time, in their order."""
    c = cost_readings.c
    query = select(c.day, c.read_at, c.facts).where(
        c.repository_id == repository_id, c.read_at >= since, c.read_at < until
    )
    return tuple(
        SourceAmounts(
            day=date.fromisoformat(row.day),
            at=row.read_at,
            amounts={each.source: each.amount for each in decode(row.facts, _Sources).sources},
        )
        for row in connection.execute(query.order_by(c.read_at))
    )


def first_looks(connection: Connection, repository_id: int, *, since: date) -> Mapping[date, datetime]:
    """This function will return when each day since that one was looked at first."""
    c = cost_readings.c
    query = select(c.day, func.min(c.read_at).label("first")).where(
        c.repository_id == repository_id, c.day >= since.isoformat()
    )
    return {date.fromisoformat(row.day): row.first for row in connection.execute(query.group_by(c.day))}


def _values(reading: Reading) -> dict[str, Any]:
    return {
        "repository_id": reading.repository_id,
        "day": reading.day.isoformat(),
        "read_at": reading.read_at,
        "spent": reading.sums.total,
        "low": reading.forecast.low,
        "forecast": reading.forecast.likely,
        "high": reading.forecast.high,
        "limit": reading.limit,
        "stage": reading.stage.value,
        "is_sure": reading.is_sure,
        "calls": sum(reading.calls.values()),
        "facts": msgspec.json.encode(reading).decode(),
    }


def _reading(row: Row[Any]) -> Reading:
    return decode(row.facts, Reading)
