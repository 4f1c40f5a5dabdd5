"""Three days of the reference pipeline under a limit of 100 dollars: one is only told, one held, one denied."""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Stage
from bot.costs.model import ActionKind, ActionState
from tests.support.pipeline.agents import AGENTS
from tests.support.pipeline.driving import FIRST, driven

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.pipeline.driving import Driven, Seen

pytestmark = [pytest.mark.timeout(300), pytest.mark.no_cover]

DAY = timedelta(days=1)
LIMIT = Decimal(100)
# `make soak` has costs looked at all day long; else from shortly before the limit is reached until shortly after.
IS_LONG = bool(os.environ.get("PILOTHOUSE_TEST_SOAK"))
WRITES = ("ec2:TerminateInstances", "iam:PutRolePolicy", "iam:DeleteRolePolicy")


async def _live_through(world: Driven, number: int, *, heat: str, hours: tuple[int, int]) -> list[Seen]:
    """Live through a day of the month to the look before its end, and return what was seen."""
    begun = len(world.seen)
    world.pipeline.heat = Decimal(heat)
    midnight = FIRST + (number - 1) * DAY
    first, last = (midnight + timedelta(hours=hour) for hour in ((0, 23) if IS_LONG else hours))
    await world.tick()
    await world.live_until(max(first, world.now))
    await world.tick_until(last)
    await world.live_until(midnight + DAY - timedelta(minutes=30))
    await world.tick()
    return world.seen[begun:]


async def test_three_days_of_the_reference_pipeline(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each mark is acted on as it is passed, nothing else is touched, and the limit holds within two dollars."""
    async with driven(tmp_path) as world:
        await _dry_day(world)
        await world.tick()  # the day before is over: now there is nothing to be ended at once
        await world.enforce()
        await _held_day(world, record_property)
        await _denied_day(world)


async def _dry_day(world: Driven) -> None:
    """Every stage is reached and told; nothing is done."""
    seen = await _live_through(world, 1, heat="1.45", hours=(17, 21))
    assert world.seen[-1].spent > 115
    assert _stages(seen)[-4:] == [Stage.NOTICED, Stage.FROZEN, Stage.HELD, Stage.DENIED]
    for one in seen[2:]:
        assert abs(one.reading.sums.total - one.spent) < Decimal("0.05"), one.at
    assert max(one.calls.total() for one in seen) <= 12
    assert world.world.count()["ce:GetCostAndUsage"] == 1
    actions = await world.actions()
    assert {row.state for row in actions} <= {ActionState.WOULD, ActionState.DONE, ActionState.REFUSED}
    would = {row.kind for row in actions if row.state == ActionState.WOULD}
    stops = {ActionKind.PAUSE_AGENTS, ActionKind.TERMINATE, ActionKind.DENY_MODELS}
    assert would == {ActionKind.FREEZE, *stops}
    assert not any(world.world.count()[name] for name in WRITES)
    assert not world.pipeline.paused


async def _held_day(world: Driven, record_property: Callable[[str, object], None]) -> None:
    """Agents are paused, then the cluster's machines are ended, one by one, and the day ends near its limit."""
    seen = await _live_through(world, 2, heat="1.15", hours=(20, 22))
    assert _stages(seen)[-1] is Stage.HELD
    over = world.pipeline.spent(world.now.date()) - LIMIT
    record_property("dollars past the limit", f"{over:.2f}")
    assert over <= 2
    assert world.pipeline.machines.running() == world.pipeline.untouchable
    assert world.pipeline.paused == {agent.name for agent in AGENTS}
    ended = [call.list_of("InstanceId") for call in world.world.calls if call.name == WRITES[0]]
    assert sorted(one for (one,) in ended) == sorted(world.pipeline.cluster)
    assert not world.pipeline.is_denied


async def _denied_day(world: Driven) -> None:
    """Agents that do not hear go on calling models; their role is denied that, until the day ends."""
    world.pipeline.cluster = world.pipeline.machines.launch_cluster()
    world.pipeline.deaf = {"A1", "A2", "A3", "A4"}
    seen = await _live_through(world, 3, heat="1.45", hours=(17, 22))
    assert world.pipeline.paused == {"A5", "A6", "A7"}
    assert _stages(seen)[-1] is Stage.DENIED
    assert world.pipeline.machines.running() == world.pipeline.untouchable
    await world.tick()
    await world.tick()
    assert (await world.budget()).stage.height < Stage.FROZEN.height
    assert not world.pipeline.paused
    assert world.world.count()["iam:DeleteRolePolicy"] == 1


def _stages(seen: list[Seen]) -> list[Stage]:
    """The stages in the order in which they were reached."""
    return list(dict.fromkeys(one.reading.stage for one in seen))
