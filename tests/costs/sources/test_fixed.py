"""Fixed items cost what the configuration says, as much of the day as is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.config.costing import CostConfig, FixedItem
from bot.costs.sources.fixed import SOURCE
from tests.support.clock import Clock
from tests.support.looking import look_at

_MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)
_CONFIG = CostConfig(
    fixed={
        "rent": FixedItem(per_day=4.8, service="Desk"),
        "licence": FixedItem(per_day=1.1, at_once=True),
    }
)


@pytest.mark.parametrize(
    ("over", "rent"),
    [
        (timedelta(0), "0"),
        (timedelta(hours=6), "1.2"),
        (timedelta(days=1), "4.8"),
        (timedelta(days=3), "4.8"),
        (timedelta(hours=-5), "0"),
    ],
)
async def test_an_item_is_spent_evenly_or_at_once(over: timedelta, rent: str) -> None:
    """However far the clock jumps, a day costs no more than a day and no less than nothing."""
    look = replace(look_at(Clock(_MIDNIGHT), _CONFIG), now=_MIDNIGHT + over)
    reading = await SOURCE.read(look)
    assert {line.item: line.amount for line in reading.lines} == {
        "licence": Decimal("1.1"),
        "rent": Decimal(rent),
    }
    assert [line.service for line in reading.lines] == ["Fixed", "Desk"]
    assert (reading.data_until, reading.gaps) == (look.now, ())
