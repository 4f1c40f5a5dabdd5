"""The price list is asked for one thing, and answers with many."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.costs.prices.listed import GIGABYTE_MONTHS, HOURS, price_in
from bot.costs.prices.volumes import Shelf, provisioned_gap, volume_line
from tests.support.clock import START


def product(price: str, *, unit: str = "Hrs", operation: str = "RunInstances") -> str:
    dimension = {"unit": unit, "pricePerUnit": {"USD": price} if price else {"CNY": "1"}}
    return json.dumps(
        {
            "product": {"attributes": {"operation": operation} if operation else {}},
            "terms": {"OnDemand": {"x": {"priceDimensions": {"y": dimension}}}, "Reserved": {}},
        }
    )


@pytest.mark.parametrize(
    ("products", "unit", "price"),
    [
        ((), HOURS, None),
        ((product("0.2"),), HOURS, "0.2"),
        ((product("0.2"),), GIGABYTE_MONTHS, None),
        ((product("0.08", unit="GB-Mo", operation=""),), GIGABYTE_MONTHS, "0.08"),
        ((product("0.0000000000"), product("0.2")), HOURS, "0.2"),  # reserved capacity costs nothing an hour
        ((product("0.5", operation="RunInstances:0004"), product("0.2")), HOURS, "0.2"),  # with SQL Server
        ((product("0.5", operation="Hourly"),), HOURS, "0.5"),
        ((product(""),), HOURS, None),  # in another currency
        (("{}",), HOURS, None),
    ],
)
def test_the_plain_price_is_taken(products: tuple[str, ...], unit: str, price: str | None) -> None:
    assert price_in(products, unit) == (None if price is None else Decimal(price))


def shelf(**changes: Any) -> Shelf:
    given: dict[str, Any] = {
        "account": "111111111111",
        "region": "us-east-1",
        "day": START.date(),
        "now": START,
        "tags": {},
        "machines": {},
        "listed": {"gp3": Decimal("0.08")},
    }
    return Shelf(**{**given, **changes})


def volume(kind: str, **changes: Any) -> dict[str, Any]:
    return {"VolumeId": "vol-1", "VolumeType": kind, "Size": 8, "CreateTime": START, **changes}


@pytest.mark.parametrize(
    ("told", "is_beyond"),
    [
        (volume("gp3", Iops=3000, Throughput=125), False),
        (volume("gp3", Iops=3001), True),
        (volume("gp3", Throughput=126), True),
        (volume("gp2", Iops=5000), False),  # they come with its size
        (volume("io2", Iops=100), True),
    ],
)
def test_performance_that_is_paid_for_is_told(told: dict[str, Any], is_beyond: bool) -> None:  # noqa: FBT001 - a case
    assert (provisioned_gap(told, shelf()) is not None) is is_beyond


def test_a_volume_that_comes_later_has_no_line() -> None:
    assert volume_line(volume("gp3", CreateTime=START + timedelta(hours=1)), shelf()) is None
