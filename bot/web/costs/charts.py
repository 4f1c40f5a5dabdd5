"""Turns readings into the numbers that the charts of the costs are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.costs.store.readings import Point

# Dollars are exact up to here; a chart's script knows floating numbers alone.
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """What a whole day came to, by both ledgers; None where a ledger does not have it."""

    day: date
    metered: Decimal | None
    settled: Decimal | None
    is_estimated: bool = False  # whether the settled amount may yet change


def day_chart(points: Sequence[Point], day: date, *, is_running: bool) -> str:
    """This function will write the curve of a day: what was spent, and, while it runs, where that leads.

    Args:
        points: the day's looks, the oldest first; one at least.
        day: in UTC.
        is_running: whether it is not over, so that the newest look's forecast is drawn out to midnight.
    """
    seconds = [int(point.at.timestamp()) for point in points]
    spent: list[Decimal | None] = [_cents(point.spent) for point in points]
    limits = [_cents(point.limit) for point in points]
    ahead: dict[str, list[Decimal | None]] = {}
    newest = points[-1]
    for name, end in (("low", newest.low), ("likely", newest.forecast), ("high", newest.high)):
        ahead[name] = [*(None for _ in points[1:]), _cents(newest.spent), _cents(end)]
    seconds.append(_midnight(day + timedelta(days=1)))
    spent.append(None)
    limits.append(_cents(newest.limit))
    if not is_running:
        ahead = {name: [None for _ in seconds] for name in ahead}
    ends = (_midnight(day), _midnight(day + timedelta(days=1)))
    return _written({"kind": "day", "ends": ends, "x": seconds, "spent": spent, "limit": limits, **ahead})


def month_chart(days: Sequence[DayTotal], limit: Decimal) -> str:
    """This function will write the bars of the days, settled beside metered, and the limit as it is now."""
    return _written(
        {
            "kind": "month",
            "x": [_midnight(one.day) for one in days],
            "settled": [_cents(one.settled) for one in days],
            "metered": [_cents(one.metered) for one in days],
            "limit": [_cents(limit)] * len(days),
        }
    )


def hourly(points: Sequence[Point]) -> tuple[Point, ...]:
    """This function will keep the last look of each hour, the newest first."""
    return tuple({point.at.hour: point for point in points}.values())[::-1]


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(_CENT)


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _written(numbers: object) -> str:
    return _ENCODER.encode(numbers).decode()
