"""Machines are metered by the second that they ran today, at the price that held then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Accounts
from bot.costs.model import AGENT_TAG, ENVIRONMENT_TAG, PULL_TAG, Gap, GapKind, MeterLine
from bot.costs.sources.ec2 import SOURCE
from tests.support.clock import START, Clock
from tests.support.cloud.aws import HOME, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.looking import config_of, look_at, look_into

if TYPE_CHECKING:
    from collections.abc import Iterable

MIDNIGHT = START.replace(hour=0)
HOUR = timedelta(hours=1)
ROLE = "arn:aws:iam::222222222222:role/costs"


def _sum(lines: Iterable[MeterLine]) -> Decimal:
    return sum((line.amount for line in lines if line.amount is not None), Decimal(0))


async def test_a_spot_machine_costs_what_its_price_was_while_it_ran() -> None:
    """From midnight on, though launched the day before: two hours at one price, four at the next."""
    clock = Clock(MIDNIGHT - HOUR)
    async with cloud(clock) as world:
        (name,) = world.make.machines("i4i.2xlarge", spot=True, tags={AGENT_TAG: "wren", PULL_TAG: "12"})
        world.prices.set_spot("i4i.2xlarge", "us-east-1a", "0.20")
        world.prices.set_spot("i4i.2xlarge", "us-east-1a", "0.30", since=MIDNIGHT + 2 * HOUR)
        clock.now = MIDNIGHT + 6 * HOUR

        told = await SOURCE.read(look_into(world, clock))

        (line,) = told.lines
        assert (line.item, line.quantity, line.amount) == (name, Decimal(6), Decimal("1.60"))
        assert (line.agent, line.number, line.is_tagged) == ("wren", 12, True)
        assert (told.data_until, told.gaps) == (clock.now, ())
        assert told.calls == {
            "sts:GetCallerIdentity": 1,
            "ec2:DescribeInstances": 1,
            "ec2:DescribeSpotPriceHistory": 1,
        }


async def test_a_machine_on_demand_has_the_plain_list_price() -> None:
    """Not that of Windows, of a whole host or of reserved capacity; it is asked for once a day."""
    clock = Clock(MIDNIGHT + HOUR)
    async with cloud(clock) as world:
        world.make.machines("c7a.2xlarge", tags={ENVIRONMENT_TAG: "staging"})
        world.make.machines("c7a.2xlarge")
        clock.advance(3 * HOUR)
        look = look_into(world, clock)

        first, again = await SOURCE.read(look), await SOURCE.read(look)

        assert [line.amount for line in first.lines] == [Decimal("1.23168")] * 2
        assert sorted((line.environment, line.is_tagged) for line in again.lines) == [
            ("", False),
            ("staging", True),
        ]
        assert world.count("pricing:*")["pricing:GetProducts"] == 1


async def test_a_machine_that_was_ended_costs_until_then() -> None:
    """EC2 tells when in words, and forgets the machine an hour after; what is known of it stays with the meter."""
    clock = Clock(MIDNIGHT + HOUR)
    async with cloud(clock) as world:
        (name,) = world.make.machines("c7a.xlarge")
        clock.advance(HOUR)
        world.make.terminate(name)
        clock.advance(HOUR / 2)

        (line,) = (await SOURCE.read(look_into(world, clock))).lines

        assert (line.quantity, line.amount) == (Decimal(1), Decimal("0.20528"))
        assert line.detail["state"] == "terminated"


async def test_a_machine_that_is_started_again_keeps_what_it_cost_before() -> None:
    clock = Clock(MIDNIGHT + HOUR)
    async with cloud(clock) as world:
        (name,) = world.make.machines("c7a.xlarge")
        ec2 = world.make.ec2()
        clock.advance(2 * HOUR)
        ec2.stop_instances(InstanceIds=[name])
        clock.advance(HOUR)
        look = look_into(world, clock)
        before = (await SOURCE.read(look)).lines
        known = replace(before[0], detail={**before[0].detail, "launched": "2026-11-03T00:30:00+00:00"})

        (line,) = (await SOURCE.read(replace(look, known=(known,)))).lines

        assert (before[0].item, before[0].quantity) == (name, Decimal(2))
        assert line.item == f"{name}@01:00:00"


async def test_without_spot_prices_the_known_ones_go_on() -> None:
    """A price that cannot be asked for is a gap with what to grant, and no zero."""
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.make.machines("i4i.2xlarge", spot=True)
        world.faults.deny("ec2:DescribeSpotPriceHistory")
        clock.advance(HOUR)

        told = await SOURCE.read(look_into(world, clock))

        (gap,), (line,) = told.gaps, told.lines
        assert (gap.kind, line.quantity, line.amount) == (GapKind.PERMISSION, Decimal(1), None)
        assert "ec2:DescribeSpotPriceHistory" in gap.statement


async def test_a_type_without_a_price_is_unpriced() -> None:
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.make.machines("m5.large")
        clock.advance(HOUR)

        told = await SOURCE.read(look_into(world, clock))

        assert [(gap.kind, gap.item) for gap in told.gaps] == [(GapKind.UNPRICED, told.lines[0].item)]
        assert told.lines[0].amount is None


async def test_an_account_that_does_not_answer_leaves_the_others() -> None:
    """Of three regions in two accounts one is denied: what is seen is told, and the whole is not called fresh."""
    clock = Clock(MIDNIGHT)
    accounts = (
        AccountConfig(id=HOME, regions=("us-east-1", "eu-central-1")),
        AccountConfig(id="222222222222", role=ROLE),
    )
    async with cloud(clock) as world:
        world.trust.allow(ROLE, "pilothouse:7")
        world.make.machines("c7a.xlarge")
        world.make.machines("c7a.xlarge", account="222222222222")
        world.faults.deny("ec2:DescribeInstances", region="eu-central-1")
        clock.advance(HOUR)

        told = await SOURCE.read(look_into(world, clock, config_of(accounts=accounts)))

        assert sorted(line.account for line in told.lines) == [HOME, "222222222222"]
        assert _sum(told.lines) == 2 * Decimal("0.20528")
        assert [(gap.account, gap.region) for gap in told.gaps] == [(HOME, "eu-central-1")]
        assert told.data_until is None


async def test_only_what_bears_the_wanted_tags_is_ours() -> None:
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.make.machines("c7a.xlarge", 2)
        (name,) = world.make.machines("c7a.xlarge", tags={"project": "rocket"})
        clock.advance(HOUR)

        told = await SOURCE.read(look_into(world, clock, config_of(tags={"project": "rocket"})))

        assert [(line.item, line.is_tagged) for line in told.lines] == [(name, True)]


@pytest.mark.parametrize("way", [Way.DOWN, Way.THROTTLE])
async def test_aws_that_is_down_is_a_gap(way: Way) -> None:
    clock = Clock(datetime(2026, 11, 3, tzinfo=UTC))
    async with cloud(clock) as world:
        world.faults.add(Fault(action="ec2:*", way=way))

        told = await SOURCE.read(look_into(world, clock))

        assert [gap.kind for gap in told.gaps] == [GapKind.UNAVAILABLE]
        assert (told.lines, told.data_until) == ((), None)


async def test_without_leave_of_the_operator_nothing_is_asked() -> None:
    gap = Gap(source="aws", kind=GapKind.NOT_ALLOWED, text="No.")

    told = await SOURCE.read(replace(look_at(Clock(), config_of()), accounts=Accounts(gap=gap)))

    assert told.gaps == (replace(gap, source="ec2"),)


async def test_a_price_list_that_may_not_be_read_is_one_gap() -> None:
    """What is known of earlier looks goes on; nothing else is said of each machine."""
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.faults.deny("pricing:GetProducts")
        world.make.machines("c7a.xlarge", 2)
        clock.advance(HOUR)

        told = await SOURCE.read(look_into(world, clock))

        assert [gap.kind for gap in told.gaps] == [GapKind.PERMISSION]
        assert [line.amount for line in told.lines] == [None, None]
