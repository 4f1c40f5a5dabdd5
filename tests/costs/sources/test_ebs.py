"""Volumes are metered by size and time, at the list price of a gigabyte and month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.costs.aws.accounts import Accounts
from bot.costs.model import AGENT_TAG, Gap, GapKind
from bot.costs.sources import ebs, ec2
from tests.support.clock import START, Clock
from tests.support.cloud.aws import cloud
from tests.support.looking import config_of, look_at, look_into

MIDNIGHT = START.replace(hour=0)
HOUR = timedelta(hours=1)


async def test_a_volume_costs_by_size_and_time() -> None:
    """A hundred gigabytes for six hours of a November with 720."""
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.make.machines("c7a.xlarge", disk=(100, "gp3"))
        clock.advance(6 * HOUR)

        told = await ebs.SOURCE.read(look_into(world, clock))

        (line,) = told.lines
        assert (line.quantity, line.service) == (Decimal(600), "EC2 - Other")
        assert line.amount is not None
        assert round(line.amount, 6) == round(Decimal(600) * Decimal("0.08") / 720, 6)
        assert (told.gaps, told.data_until) == ((), clock.now)


async def test_a_volume_is_its_machines() -> None:
    """EC2 puts no tags of a machine on its disk: what the machine is for, its disk is for."""
    clock = Clock(MIDNIGHT)
    config = config_of(tags={"project": "rocket"})
    async with cloud(clock) as world:
        world.make.machines("c7a.xlarge", tags={"project": "rocket", AGENT_TAG: "wren"})
        world.make.machines("c7a.xlarge")
        clock.advance(HOUR)
        look = look_into(world, clock, config)
        machines = (await ec2.SOURCE.read(look)).lines

        told = await ebs.SOURCE.read(replace(look, known=machines))

        assert [(line.agent, line.detail["instance"]) for line in told.lines] == [("wren", machines[0].item)]


async def test_what_has_no_price_is_unpriced() -> None:
    """A type that the list does not know, and performance that is paid beside the storage."""
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.prices.volumes = {"io2": Decimal("0.125")}
        world.make.machines("c7a.xlarge", disk=(8, "gp3"))
        world.make.ec2().create_volume(AvailabilityZone="us-east-1a", Size=8, VolumeType="io2", Iops=500)
        clock.advance(HOUR)

        told = await ebs.SOURCE.read(look_into(world, clock))

        assert [gap.kind for gap in told.gaps] == [GapKind.UNPRICED] * 2
        assert sum(line.amount is None for line in told.lines) == 1


async def test_a_price_that_may_not_be_asked_for_is_one_gap() -> None:
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.faults.deny("pricing:GetProducts")
        world.make.machines("c7a.xlarge", 2)
        clock.advance(HOUR)

        told = await ebs.SOURCE.read(look_into(world, clock))

        assert [gap.kind for gap in told.gaps] == [GapKind.PERMISSION]
        assert [line.amount for line in told.lines] == [None, None]


async def test_volumes_that_may_not_be_listed_are_a_gap() -> None:
    clock = Clock(MIDNIGHT)
    async with cloud(clock) as world:
        world.faults.deny("ec2:DescribeVolumes")

        told = await ebs.SOURCE.read(look_into(world, clock))

        assert [gap.kind for gap in told.gaps] == [GapKind.PERMISSION]
        assert told.data_until is None


async def test_without_leave_of_the_operator_nothing_is_asked() -> None:
    gap = Gap(source="aws", kind=GapKind.NOT_ALLOWED, text="No.")

    told = await ebs.SOURCE.read(replace(look_at(Clock(), config_of()), accounts=Accounts(gap=gap)))

    assert told.gaps == (replace(gap, source="ebs"),)
