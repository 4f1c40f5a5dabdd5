"""A decision to end something is only as good as the moment in which it is carried out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.budget.model import Mode, Stage
from bot.config.agents import AgentConfig
from bot.config.costing import AccountConfig, CostConfig, EnforceConfig, ReportConfig
from bot.costs.enforcers.models import POLICY
from bot.costs.model import ActionKind, ActionState
from bot.costs.store.budgets import forget_budget
from tests.support.climbing import Ladder, ladder
from tests.support.cloud.aws import HOME, cloud
from tests.support.looking import ROCKET

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

pytestmark = pytest.mark.no_cover

OURS = {"pilothouse:managed": "true", "pilothouse:reap": "true", "pilothouse:cluster": "test"}
CONFIG = CostConfig(
    accounts=(AccountConfig(id=HOME),),
    agents={"A1": AgentConfig()},
    enforce=EnforceConfig(deny_role="agents"),
    report=ReportConfig(issue=False),
)


def changed(**changes: Any) -> Callable[[Ladder], Awaitable[None]]:
    """This function will change the budget while agents are asked."""

    async def change(place: Ladder) -> None:
        await place.change(**changes)

    return change


async def midnight(place: Ladder) -> None:
    """This function will let the day end while the process is dead."""
    place.clock.advance(timedelta(hours=15))


async def an_hour(place: Ladder) -> None:
    """This function will let the process be dead for an hour."""
    place.clock.advance(timedelta(hours=1))


async def no_budget(place: Ladder) -> None:
    """This function will take the budget away, as a push does that deletes the configuration."""
    await place.database.write(lambda rows: forget_budget(rows, ROCKET.id))


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (changed(mode=Mode.DRY_RUN), "not enforced any more"),
        (changed(stage=Stage.FROZEN), "does not ask for it any more"),
        (changed(set_to=Decimal(150)), "The limit was raised since"),
        (midnight, "The day (UTC) is over"),
        (an_hour, "too old by now"),
        (no_budget, "not enforced any more"),
    ],
    ids=["dry run", "another stage", "a higher limit", "a new day", "dead for an hour", "no budget"],
)
async def test_what_was_decided_is_not_done_too_late(
    meanwhile: Callable[[Ladder], Awaitable[None]], why: str, tmp_path: Path
) -> None:
    """Between the reading and the deed people change the budget, or the process is dead: then nothing is ended."""
    async with cloud() as world:
        world.make.role("agents")
        (machine,) = world.make.machines("i4i.2xlarge", spot=True, tags=OURS)
        async with ladder(tmp_path, CONFIG, endpoint=world.url) as place:
            place.answers["A1"] = None  # it waits for the agents, and meanwhile…
            await place.look("115")
            await place.look("115")
            await meanwhile(place)
            place.clock.advance(timedelta(minutes=5))
            await place.engine.drain()
            assert world.make.states()[machine] == "running"
            assert world.make.role_policies("agents") == []
            day = place.climbed[-1].reading.day
            refused = await place.actions_on(day, ActionKind.TERMINATE, ActionKind.DENY_MODELS)
            assert {one.state for one in refused} == {ActionState.REFUSED}
            assert all(why in one.text for one in refused)


async def test_a_process_that_was_dead_for_minutes_goes_on(tmp_path: Path) -> None:
    """A short death changes nothing: what was meant is done, once."""
    async with cloud() as world:
        world.make.role("agents")
        (machine,) = world.make.machines("i4i.2xlarge", spot=True, tags=OURS)
        async with ladder(tmp_path, CONFIG, endpoint=world.url) as place:
            await place.look("115")
            place.engine.crash_in(f"end {machine}")
            place.engine.crash_in("deny_models agents")
            await place.look("115")
            assert world.make.states()[machine] == "terminated"
            assert world.make.role_policies("agents") == [POLICY]
            assert {one.state for one in await place.actions()} == {ActionState.DONE}
            assert world.count("ec2:TerminateInstances").total() == 1


async def test_an_operator_who_allows_no_aws(tmp_path: Path) -> None:
    """Where the operator lets the repository use no credentials, that is told, and agents are paused all the same."""
    async with ladder(tmp_path, CONFIG, allowed=False) as place:
        await place.look("115")
        await place.look("115")
        failed = await place.actions(ActionKind.TERMINATE, ActionKind.DENY_MODELS)
        assert [one.state for one in failed] == [ActionState.FAILED] * 2
        assert all("PILOTHOUSE_AWS_REPOSITORIES" in one.text for one in failed)
        assert len(place.asked) == 1
        await place.look("0", after=timedelta(hours=15))
        assert not await place.actions(ActionKind.ALLOW_MODELS), "what was never denied is not given back"
