"""The hour in which the limit is reached, while something goes wrong: it holds, or says why it does nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Stage
from bot.costs.model import ActionKind, ActionState, GapKind
from tests.support.cloud.faults import Fault, Way
from tests.support.pipeline.agents import AGENTS
from tests.support.pipeline.driving import FIRST, driven

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.pipeline.driving import Driven

pytestmark = pytest.mark.no_cover

# On so busy a day the limit is reached at about 18:20.
BUSY = "1.45"
BEFORE = FIRST + timedelta(hours=17)
AFTER = FIRST + timedelta(hours=18, minutes=30)
TERMINATE = "ec2:TerminateInstances"
NEAR = Decimal("0.05")  # dollars by which the meters may be off


@asynccontextmanager
async def _near_the_limit(folder: Path) -> AsyncIterator[Driven]:
    """The bot, which enforces, shortly before the limit is reached."""
    async with driven(folder, heat=BUSY) as world:
        await world.live_until(BEFORE)
        await world.look()
        await world.enforce()
        yield world


async def _states(world: Driven, kind: ActionKind) -> dict[str, str]:
    return {row.target: row.state for row in await world.actions() if row.kind == kind}


def _gaps(world: Driven, kind: GapKind) -> str:
    return "\n".join(gap.text + gap.statement for gap in world.seen[-1].reading.gaps if gap.kind is kind)


async def _is_held(world: Driven) -> None:
    """Everything was done, to everything that it may be done to, and to nothing else."""
    assert (await world.budget()).stage is Stage.HELD
    assert world.pipeline.paused == {agent.name for agent in AGENTS}
    assert world.pipeline.machines.running() == world.pipeline.untouchable
    done = await _states(world, ActionKind.TERMINATE)
    assert {target for target, state in done.items() if state == ActionState.DONE} == set(
        world.pipeline.cluster
    )


async def test_the_limit_holds_without_cost_explorer(tmp_path: Path) -> None:
    """Today is metered without it; that it is away is told, and it is not asked again that day."""
    async with _near_the_limit(tmp_path) as world:
        world.world.faults.add(Fault(action="ce:*", way=Way.DOWN))
        await world.tick_until(AFTER)
        await _is_held(world)


async def test_nothing_is_ended_while_cloudwatch_is_down(tmp_path: Path) -> None:
    """Two thirds of the spend cannot be seen: it is told, and done once it can be seen again."""
    async with _near_the_limit(tmp_path) as world:
        await world.tick()
        fault = world.world.faults.add(Fault(action="cloudwatch:*", way=Way.DOWN))
        await world.tick_until(AFTER)
        assert not world.seen[-1].reading.is_sure
        assert "did not answer" in _gaps(world, GapKind.UNAVAILABLE)
        assert not world.world.count()[TERMINATE]
        assert not world.pipeline.paused
        world.world.faults.end(fault)
        await world.tick_until(AFTER + timedelta(minutes=45))
        await _is_held(world)


async def test_what_has_no_price_is_told_and_is_no_zero(tmp_path: Path) -> None:
    """Without the price list the machines on demand are unpriced: the sum is less, and says so."""
    fault = Fault(action="pricing:GetProducts", way=Way.DENY)
    async with driven(tmp_path, heat=BUSY, faults=(fault,)) as world:
        await world.live_until(BEFORE)
        seen = await world.look()
        assert world.pipeline.orchestrator in " ".join(seen.reading.sums.unpriced)
        assert "pricing:GetProducts" in _gaps(world, GapKind.PERMISSION)
        missing = world.pipeline.unlisted(world.now.date())
        assert missing > 7
        assert abs(seen.spent - missing - seen.reading.sums.total) < NEAR


async def test_a_clock_that_jumps_neither_counts_twice_nor_acts(tmp_path: Path) -> None:
    """Three hours ahead, then back: nothing is ended by such a look, and the sums are right again after it."""
    async with _near_the_limit(tmp_path) as world:
        await world.tick()
        right = world.now
        world.bot.clock.now = right + timedelta(hours=3)
        assert not (await world.look()).reading.is_sure
        await world.live_until(right + timedelta(minutes=1))
        assert not (await world.look()).reading.is_sure
        assert not world.world.count()[TERMINATE]
        seen = await world.tick()
        assert abs(seen.reading.sums.total - seen.spent) < NEAR
        await world.tick_until(AFTER)
        await _is_held(world)


@pytest.mark.timeout(120)
async def test_a_process_that_dies_in_every_step_does_everything_once(tmp_path: Path) -> None:
    """Between intent and effect, between effect and its record: each machine is ended by one request that counts."""
    steps = await _steps_of_a_hold(tmp_path / "before")
    async with _near_the_limit(tmp_path) as world:
        for step in steps:
            world.bot.engine.crash_in(step.format(*world.pipeline.cluster))
        await world.tick_until(AFTER)
        assert not world.bot.engine.crashes_due
        await _is_held(world)
        asked = [call.list_of("InstanceId")[0] for call in world.world.calls if call.name == TERMINATE]
        assert sorted(asked) == sorted(world.pipeline.cluster)
        rows = [row.target for row in await world.actions() if row.kind == ActionKind.TERMINATE]
        assert len(rows) == len(set(rows))


async def _steps_of_a_hold(folder: Path) -> list[str]:
    """The names of all steps of the runs that hold the limit, with the machines by their number."""
    async with _near_the_limit(folder) as world:
        before = set(world.bot.engine.runs)
        await world.tick_until(AFTER)
        numbers = {name: f"{{{number}}}" for number, name in enumerate(world.pipeline.cluster)}
        steps: dict[str, None] = {}
        for run_id in world.bot.engine.runs.keys() - before:
            for what, _ in world.bot.engine.runs[run_id].results:
                name = what.removeprefix("step ")
                if name != what:
                    words = [numbers.get(word, word) for word in name.split()]
                    steps[" ".join(words)] = None
        return list(steps)


async def test_answers_that_are_lost_are_read_back(tmp_path: Path) -> None:
    """A request whose answer is lost has ended its machine; one that is throttled ends it at the next look."""
    async with _near_the_limit(tmp_path) as world:
        world.world.faults.add(Fault(action=TERMINATE, way=Way.LOSE, left=1))
        world.world.faults.add(Fault(action=TERMINATE, way=Way.BREAK, left=1))
        world.world.faults.add(Fault(action=TERMINATE, way=Way.THROTTLE, left=2))
        await world.tick_until(AFTER)
        await _is_held(world)


async def test_a_missing_permission_is_told_with_what_to_add(tmp_path: Path) -> None:
    """What may not be ended stays, is told with the statement, and is ended once it may be."""
    async with _near_the_limit(tmp_path) as world:
        fault = world.world.faults.deny(TERMINATE)
        await world.tick_until(AFTER)
        failed = [row for row in await world.actions() if row.state == ActionState.FAILED]
        assert {row.target for row in failed} == set(world.pipeline.cluster)
        assert all(TERMINATE in row.text for row in failed)
        assert world.pipeline.machines.running() >= set(world.pipeline.cluster)
        world.world.faults.end(fault)
        await world.tick()
        await world.tick()
        await _is_held(world)


async def test_a_machine_that_is_protected_in_aws_keeps_no_other_from_being_ended(tmp_path: Path) -> None:
    """Each is ended by a request of its own: what EC2 refuses for one is told of that one alone."""
    async with _near_the_limit(tmp_path) as world:
        kept = world.pipeline.cluster.pop(0)
        world.world.make.ec2().modify_instance_attribute(
            InstanceId=kept, DisableApiTermination={"Value": True}
        )
        await world.tick_until(AFTER)
        done = await _states(world, ActionKind.TERMINATE)
        assert done[kept] == ActionState.REFUSED
        assert {done[one] for one in world.pipeline.cluster} == {ActionState.DONE}
        assert world.pipeline.machines.running() == {*world.pipeline.untouchable, kept}
