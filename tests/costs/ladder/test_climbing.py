"""What the ladder does: each stage, what fails, what people change, and a new day."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import AgentState, Mode, Stage
from bot.config.agents import AgentConfig
from bot.config.costing import (
    AccountConfig,
    CostConfig,
    EnforceConfig,
    NoticesConfig,
    ReportConfig,
)
from bot.costs.enforcers.models import POLICY
from bot.costs.model import ActionKind, ActionState
from tests.support.climbing import Ladder, ladder
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.looking import ROCKET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.no_cover

OURS = {"pilothouse:managed": "true", "pilothouse:reap": "true", "pilothouse:cluster": "test"}
CONFIG = CostConfig(
    accounts=(AccountConfig(id=HOME),),
    agents={"A1": AgentConfig(), "A2": AgentConfig()},
    enforce=EnforceConfig(deny_role="agents"),
    report=ReportConfig(issue=False),
    notices=NoticesConfig(chat="ops"),
)
APART = timedelta(minutes=4)
DONE, WOULD, FAILED, REFUSED = ActionState.DONE, ActionState.WOULD, ActionState.FAILED, ActionState.REFUSED


@asynccontextmanager
async def pipeline(
    folder: Path, config: CostConfig = CONFIG, *, repeat_every_step: bool = False
) -> AsyncIterator[tuple[Ladder, Cloud, list[str]]]:
    """This function will open two spot machines of ours, one of a stranger, and a role."""
    async with cloud() as world:
        world.make.role("agents")
        machines = world.make.machines("i4i.2xlarge", 2, spot=True, tags=OURS)
        world.make.machines("i4i.2xlarge", spot=True)
        async with ladder(folder, config, endpoint=world.url, repeat_every_step=repeat_every_step) as place:
            yield place, world, machines


async def test_a_day_up_the_ladder(tmp_path: Path) -> None:
    """Told at 50 and 80, frozen at 95, held at 100 after two readings, denied at 110; each once, in this order."""
    async with pipeline(tmp_path) as (place, world, machines):
        stages = [(await place.look(spent)).reading.stage for spent in ("20", "51", "82", "83", "96", "101")]
        assert stages == [
            Stage.UNDER,
            Stage.NOTICED,
            Stage.NOTICED,
            Stage.NOTICED,
            Stage.FROZEN,
            Stage.FROZEN,
        ]
        assert not place.asked
        assert [one.kind for one in await place.actions()] == [ActionKind.FREEZE]
        held = await place.look("101.5", after=APART)
        assert held.reading.stage is Stage.HELD
        assert [one.agents for one in place.asked] == [("A1", "A2")]
        assert [world.make.states()[one] for one in machines] == ["terminated"] * 2
        assert list(world.make.states().values()).count("running") == 1
        assert world.make.role_policies("agents") == []
        assert (await place.look("111")).reading.stage is Stage.DENIED
        assert world.make.role_policies("agents") == [POLICY]
        assert Counter((one.kind, one.state) for one in await place.actions()) == {
            (ActionKind.FREEZE, DONE): 1,
            (ActionKind.PAUSE_AGENTS, DONE): 2,
            (ActionKind.TERMINATE, DONE): 2,
            (ActionKind.DENY_MODELS, DONE): 1,
        }
        assert len(place.asked) == 1, "agents that are paused are not asked again"
        assert await place.told() == [
            "50 % of the day's $100.00 are spent",
            "80 % of the day's $100.00 are spent",
            "Budget: nothing new is begun",
            "Budget: agents are paused, spot instances are ended",
            "Budget: model calls are denied",
        ]
        assert len(place.sent) == 5
        page = place.sent[-1].notice.url
        assert page.startswith(f"https://bot.example.org/ci/{ROCKET.id}/costs/")
        assert page.endswith("/2026-11-23")


async def test_agents_push_before_machines_end(tmp_path: Path) -> None:
    """No machine is ended before the agents have answered, for their work may be on it."""
    async with pipeline(tmp_path) as (place, world, machines):
        place.answers["A2"] = None
        await place.look("101")
        await place.look("101", after=APART)
        assert [world.make.states()[one] for one in machines] == ["running"] * 2
        place.clock.advance(timedelta(minutes=5))
        await place.engine.drain()
        assert [world.make.states()[one] for one in machines] == ["terminated"] * 2
        paused = await place.actions(ActionKind.PAUSE_AGENTS)
        assert [one.state for one in paused] == [FAILED, FAILED]
        place.answers.clear()
        await place.look("101")
        assert [one.agents for one in place.asked] == [("A1", "A2")] * 2
        assert [one.state for one in await place.actions(ActionKind.PAUSE_AGENTS)] == [DONE, DONE]


async def test_only_agents_that_are_not_paused_are_asked_again(tmp_path: Path) -> None:
    """What one agent could not do is asked of that agent at the next look."""
    async with pipeline(tmp_path) as (place, _, _machines):
        place.answers["A2"] = AgentState.UNKNOWN
        await place.look("101")
        await place.look("101", after=APART)
        await place.look("101")
        assert [one.agents for one in place.asked] == [("A1", "A2"), ("A2",)]


async def test_a_new_day_gives_everything_back(tmp_path: Path) -> None:
    """At 00:00 UTC agents go on, the role may call models, and nothing is frozen."""
    async with pipeline(tmp_path) as (place, world, _):
        await place.look("111")
        await place.look("111", after=APART)
        assert world.make.role_policies("agents") == [POLICY]
        await place.look("0.5", after=timedelta(hours=15), is_sure=False)
        assert place.asked[-1].is_resume
        assert place.asked[-1].agents == ("A1", "A2")
        assert world.make.role_policies("agents") == []
        assert Counter((one.kind, one.state) for one in await place.actions()) == {
            (ActionKind.RESUME_AGENTS, DONE): 2,
            (ActionKind.ALLOW_MODELS, DONE): 1,
        }
        await place.look("1")
        assert len(place.asked) == 2, "once is enough"


async def test_what_could_not_be_given_back_is_tried_again(tmp_path: Path) -> None:
    """Where IAM or an agent does not answer at midnight, the next look gives back."""
    async with pipeline(tmp_path) as (place, world, _):
        await place.look("111")
        await place.look("111", after=APART)
        place.answers["A1"] = AgentState.FAILED
        denied = world.faults.deny("iam:DeleteRolePolicy")
        await place.look("0", after=timedelta(hours=15))
        assert world.make.role_policies("agents") == [POLICY]
        denied.left = 0
        place.answers.clear()
        await place.look("0")
        assert place.asked[-1].agents == ("A1",)
        assert world.make.role_policies("agents") == []


async def test_an_extension_lets_go_on(tmp_path: Path) -> None:
    """A higher limit ends the stage with the next look, and the marks of the new limit are told anew."""
    async with pipeline(tmp_path) as (place, _, _machines):
        await place.look("101")
        await place.look("101", after=APART)
        free = await place.look("101.5", limit=Decimal(125))
        assert free.reading.stage is Stage.NOTICED
        assert place.asked[-1].is_resume
        assert (await place.told())[-2:] == [
            "80 % of the day's $125.00 are spent",
            "Budget: the stage held has ended",
        ]


async def test_a_dry_run_tells_and_does_nothing(tmp_path: Path) -> None:
    """In a dry run every action is recorded as what would be done, once, and nothing is touched."""
    async with pipeline(tmp_path) as (place, world, machines):
        await place.change(mode=Mode.DRY_RUN)
        for _ in range(3):
            await place.look("111")
        assert [world.make.states()[one] for one in machines] == ["running"] * 2
        assert world.make.role_policies("agents") == []
        assert not place.asked
        kinds = [(one.kind, one.target, one.state) for one in await place.actions()]
        assert sorted(kinds) == [
            (ActionKind.DENY_MODELS, "agents", WOULD),
            (ActionKind.FREEZE, "", WOULD),
            (ActionKind.PAUSE_AGENTS, "A1", WOULD),
            (ActionKind.PAUSE_AGENTS, "A2", WOULD),
            *((ActionKind.TERMINATE, one, WOULD) for one in sorted(machines)),
        ]
        assert (await place.told())[-1] == "Budget, dry run: model calls are denied, were it enforced"


async def test_enforcing_acts_on_what_the_dry_run_said(tmp_path: Path) -> None:
    """Once it is enforced, the stage that was reached before is acted on, and told as meant."""
    async with pipeline(tmp_path) as (place, world, machines):
        await place.change(mode=Mode.DRY_RUN)
        await place.look("101")
        await place.look("101", after=APART)
        await place.change(mode=Mode.ENFORCE)
        await place.look("101")
        assert [world.make.states()[one] for one in machines] == ["terminated"] * 2
        assert [one.state for one in await place.actions(ActionKind.FREEZE)] == [WOULD, DONE]
        assert (await place.told())[-1] == "Budget: agents are paused, spot instances are ended"


async def test_back_to_a_dry_run_lets_go(tmp_path: Path) -> None:
    """One person may stop the limit from acting: agents go on, models may be called."""
    async with pipeline(tmp_path) as (place, world, _):
        await place.look("111")
        await place.look("111", after=APART)
        await place.change(mode=Mode.DRY_RUN)
        await place.look("111")
        assert place.asked[-1].is_resume
        assert world.make.role_policies("agents") == []


async def test_an_unsure_reading_ends_nothing(tmp_path: Path) -> None:
    """While the stage stands, a reading that is not sure neither ends a machine nor gives anything back."""
    async with pipeline(tmp_path) as (place, world, _):
        await place.look("101")
        await place.look("101", after=APART)
        (late,) = world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        unsure = await place.look("101", is_sure=False)
        assert unsure.reading.stage is Stage.HELD
        assert world.make.states()[late] == "running"
        await place.look("101")
        assert world.make.states()[late] == "terminated"
        assert len(place.asked) == 1


async def test_more_than_a_few_are_none(tmp_path: Path) -> None:
    """More machines than the configuration lets it end at a time are a mistake somewhere; none is ended."""
    few = CostConfig(
        accounts=CONFIG.accounts, enforce=EnforceConfig(at_most=1), report=ReportConfig(issue=False)
    )
    async with pipeline(tmp_path, few) as (place, world, _):
        await place.look("101")
        await place.look("101", after=APART)
        await place.look("101")
        assert set(world.make.states().values()) == {"running"}
        (refused,) = await place.actions(ActionKind.TERMINATE)
        assert refused.state is REFUSED
        assert "2 machines would be ended, more than `enforce.at_most` (1) allows" in refused.text


async def test_what_is_protected_is_told_once(tmp_path: Path) -> None:
    """A machine that a guard keeps is named with its guard, once a day, and the others are ended."""
    async with pipeline(tmp_path) as (place, world, _):
        (kept,) = world.make.machines("c7a.2xlarge", tags={**OURS, "pilothouse:protected": "true"})
        await place.look("101")
        await place.look("101", after=APART)
        await place.look("101")
        refused = [one for one in await place.actions(ActionKind.TERMINATE) if one.state is REFUSED]
        assert [one.target for one in refused] == [kept]
        assert world.make.states()[kept] == "running"


async def test_aws_that_may_not_be_read_is_a_failure(tmp_path: Path) -> None:
    """Where machines cannot be listed, that is told with the statement to add, and tried again."""
    async with pipeline(tmp_path) as (place, world, machines):
        denied = world.faults.deny("ec2:DescribeInstances")
        await place.look("101")
        await place.look("101", after=APART)
        (failed,) = await place.actions(ActionKind.TERMINATE)
        assert failed.state is FAILED
        assert '"Action": "ec2:DescribeInstances"' in failed.text
        denied.left = 0
        await place.look("101")
        assert [world.make.states()[one] for one in machines] == ["terminated"] * 2


async def test_repeated_steps_do_nothing_twice(tmp_path: Path) -> None:
    """Each step may happen twice, and each action happens once."""
    async with pipeline(tmp_path, repeat_every_step=True) as (place, world, machines):
        for _ in range(3):
            await place.look("111")
        assert len(await place.actions()) == 6
        assert [world.make.states()[one] for one in machines] == ["terminated"] * 2
        assert world.count("iam:PutRolePolicy").total() == 2  # the same policy twice
        assert len(await place.told()) == len(set(await place.told()))
