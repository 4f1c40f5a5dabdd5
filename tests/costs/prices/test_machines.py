"""A machine becomes a line of the day's costs, by what EC2 tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.costs.model import CLUSTER_TAG, PULL_TAG, MeterLine
from bot.costs.prices.machines import Place, machine_line, market_of, unpriced
from bot.costs.prices.owners import owner_of
from bot.costs.prices.running import Period
from bot.costs.prices.spot import Change, highest_now, histories_of, price_at, spent_in
from tests.support.clock import START

HOUR = timedelta(hours=1)
ID = "i-0123456789abcdef0"
ZONE = ("us-east-1a", "c7a.xlarge")


def instance(**changes: Any) -> dict[str, Any]:
    return {
        "InstanceId": ID,
        "InstanceType": "c7a.xlarge",
        "LaunchTime": START - HOUR,
        "State": {"Name": "running"},
        "Placement": {"AvailabilityZone": "us-east-1a", "Tenancy": "default"},
        "PlatformDetails": "Linux/UNIX",
        **changes,
    }


def place(*known: MeterLine, **changes: Any) -> Place:
    given: dict[str, Any] = {
        "account": "111111111111",
        "region": "us-east-1",
        "day": START.date(),
        "now": START,
        "tags": {},
        "known": {line.item: line for line in known},
        "histories": {ZONE: (Change(since=START - 2 * HOUR, price=Decimal("0.1")),)},
        "listed": {"c7a.xlarge": Decimal("0.2")},
    }
    return Place(**{**given, **changes})


def line_of(told: dict[str, Any], where: Place) -> MeterLine:
    line = machine_line(told, where)
    assert line is not None
    return line


@pytest.mark.parametrize(
    ("changes", "market"),
    [
        ({}, "on demand"),
        ({"PlatformDetails": None}, "on demand"),
        ({"InstanceLifecycle": "spot"}, "spot"),
        ({"InstanceLifecycle": "capacity-block"}, ""),
        ({"PlatformDetails": "Windows"}, ""),
        ({"PlatformDetails": None, "Platform": "windows"}, ""),
        ({"Placement": {"Tenancy": "dedicated"}}, ""),
        ({"Placement": {}}, "on demand"),
    ],
)
def test_only_plain_linux_machines_have_a_price(changes: dict[str, Any], market: str) -> None:
    assert market_of(instance(**changes)) == market


@pytest.mark.parametrize(
    ("changes", "amount"),
    [({}, "0.2"), ({"InstanceLifecycle": "spot"}, "0.1"), ({"PlatformDetails": "Windows"}, None)],
)
def test_an_hour_costs_by_its_market(changes: dict[str, Any], amount: str | None) -> None:
    line = line_of(instance(**changes), place())

    assert line.amount == (None if amount is None else Decimal(amount))
    assert line.unit_price == line.amount  # it ran an hour


def test_what_aws_took_back_ends_at_the_look_that_first_saw_it_gone() -> None:
    """Of those EC2 tells no time; later looks leave the line as it is."""
    gone = instance(State={"Name": "terminated"}, StateTransitionReason="Server.SpotInstanceTermination")
    first = line_of(gone, place())

    assert first.quantity == 1
    assert machine_line(gone, place(first, now=START + HOUR)) is None
    running = replace(first, detail={**first.detail, "state": "running"})
    assert line_of(gone, place(running, now=START + HOUR)).quantity == 2


def test_a_machine_of_another_day_has_no_line() -> None:
    assert machine_line(instance(LaunchTime=START + HOUR), place()) is None


def test_a_machine_that_is_started_again_begins_another_line() -> None:
    first = line_of(instance(), place())

    again = line_of(instance(LaunchTime=START), place(first, now=START + HOUR))

    assert (again.item, again.quantity) == (f"{ID}@09:00:00", Decimal(1))


def test_a_clock_that_is_put_forward_for_summer_makes_no_second_line() -> None:
    """The library tells times in the zone of the machine that the bot runs on."""
    winter, summer = timezone(HOUR), timezone(2 * HOUR)
    first = line_of(instance(LaunchTime=(START - HOUR).astimezone(winter)), place())

    again = line_of(instance(LaunchTime=(START - HOUR).astimezone(summer)), place(first, now=START + HOUR))

    assert (again.item, again.quantity) == (first.item, Decimal(2))


@given(
    changes=st.lists(st.tuples(st.integers(0, 1440), st.integers(1, 9)), min_size=1, max_size=8),
    cuts=st.lists(st.integers(0, 1440), min_size=3, max_size=3, unique=True),
)
def test_what_two_parts_of_a_time_cost_is_what_it_costs(
    changes: list[tuple[int, int]], cuts: list[int]
) -> None:
    history = tuple(
        Change(since=START + timedelta(minutes=minute), price=Decimal(price))
        for minute, price in sorted(dict(changes).items())
    )
    first, middle, last = (START + timedelta(minutes=cut) for cut in sorted(cuts))
    parts = [
        spent_in(history, Period(begin=first, end=middle)),
        spent_in(history, Period(begin=middle, end=last)),
    ]

    whole = spent_in(history, Period(begin=first, end=last))

    assert whole is not None
    assert abs(whole - sum(part for part in parts if part is not None)) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "No list price"),
        ({"InstanceLifecycle": "spot"}, "No spot price"),
        ({"PlatformDetails": "Windows"}, "not a plain Linux machine"),
    ],
)
def test_it_is_said_why_a_machine_has_no_price(changes: dict[str, Any], words: str) -> None:
    gap = unpriced(line_of(instance(**changes), place(histories={}, listed={})))

    assert words in gap.text
    assert gap.item == ID


@pytest.mark.parametrize(
    ("tags", "wanted", "is_tagged"),
    [
        ({}, {}, False),
        ({"Name": "x"}, {}, False),
        ({CLUSTER_TAG: "test"}, {}, True),
        ({"project": "rocket"}, {"project": "rocket"}, True),
        ({"project": "other"}, {"project": "rocket"}, False),
    ],
)
def test_tags_say_whose_it_is(tags: dict[str, str], wanted: dict[str, str], is_tagged: bool) -> None:  # noqa: FBT001 - a case
    assert owner_of(tags, wanted).is_tagged is is_tagged


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("#12", 12),
        (" 7 ", 7),
        ("0", None),
        ("-1", None),
        ("١٢", None),
        ("9" * 10, None),
        ("x", None),
    ],
)
def test_a_pull_request_is_a_number(text: str, number: int | None) -> None:
    assert owner_of({PULL_TAG: text}, {}).number == number


def test_spot_prices_are_added_up_as_they_change() -> None:
    """The names of both networks are one price; a price before the first that is told is the first."""
    rows = [
        {
            "AvailabilityZone": "us-east-1a",
            "InstanceType": "c7a.xlarge",
            "ProductDescription": product,
            "SpotPrice": price,
            "Timestamp": START + hours * HOUR,
        }
        for product, price, hours in (
            ("Linux/UNIX (Amazon VPC)", "9", 0),
            ("Linux/UNIX", "1", 0),
            ("Linux/UNIX", "2", 2),
        )
    ]
    histories = histories_of(rows)
    history = histories[ZONE]

    assert spent_in(history, Period(begin=START - HOUR, end=START + 3 * HOUR)) == 1 + 2 * 1 + 2
    assert spent_in((), Period(begin=START, end=START + HOUR)) is None
    assert price_at(history, START - HOUR) == 1
    assert highest_now(histories, "c7a.xlarge") == 2
    assert highest_now(histories, "m5.large") is None
