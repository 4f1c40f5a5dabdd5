"""Counts what the configuration gives a price a day, evenly through the day or as the day begins."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.look import CostSource
from bot.costs.model import MeterLine, SourceReading, Sureness

if TYPE_CHECKING:
    from bot.config.costing import FixedItem
    from bot.costs.look import Look

_NAME = "fixed"
_DAY = timedelta(days=1)


async def _read(look: Look) -> SourceReading:
    return SourceReading(
        source=_NAME,
        data_until=look.now,
        sureness=Sureness.EXACT,
        lines=tuple(_line(look, name, item) for name, item in sorted(look.config.fixed.items())),
    )


def _line(look: Look, name: str, item: FixedItem) -> MeterLine:
    price = Decimal(str(item.per_day))
    part = Decimal(1) if item.at_once else _part(look)
    return MeterLine(
        source=_NAME,
        item=name,
        service=item.service,
        day=look.day,
        quantity=part,
        unit="days",
        unit_price=price,
        amount=price * part,
        seen_at=look.now,
        detail={"spent": "at once" if item.at_once else "evenly"},
    )


def _part(look: Look) -> Decimal:
    """How much of the day is over; a clock that jumped makes it no less than none of it and no more than all."""
    over = look.now - datetime.combine(look.day, time(), UTC)
    seconds = min(max(over, timedelta(0)), _DAY) // timedelta(seconds=1)
    return Decimal(seconds) / Decimal(_DAY // timedelta(seconds=1))


SOURCE = CostSource(
    name=_NAME,
    summary="What `costs.fixed` gives a price: exact, and always fresh.",
    read=_read,
)
