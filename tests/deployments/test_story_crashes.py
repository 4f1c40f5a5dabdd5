"""The process is killed in every state of a deployment: what was done is not done again, and it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import Stage
from tests.support.production import APPROVALS, Production, production

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.state.nouns import Comment

POLICY = (
    "  production:\n    workflow: apply.yml\n    plan: {workflow: plan.yml}\n"
    "    canary: {steps: [10, 100], promote: manual}\n" + APPROVALS
)
STEPS = [
    "facts asked",
    "decision asked",
    "lease",
    "facts turn",
    "deployment",
    "record created",
    "dispatch plan",
    "row",
    "record planning",
    "status pending",
    "plan",
    "open gate",
    "record gated",
    "gate",
    "ask gate",
    "facts apply 1",
    "decision apply 1",
    "record applying",
    "renew",
    "dispatch apply-10",
    "look",
    "status queued",
    "record verifying",
    "health",
    "record promoting",
    "dispatch apply-100",
    "artifact",
    "close gate",
    "record succeeded",
    "status success",
    "give back",
]


async def whole_story(world: Production) -> Comment:
    """This function will deploy with a plan, an approval, two steps and health checks."""
    world.policy(POLICY + world.verify())
    comment = await world.say("/deploy production")
    await world.plan(world.dispatched[0])
    await world.say("/approve production", by="bob")
    await world.finish(world.dispatched[1], "success")
    await world.pass_time(10, times=4)
    await world.say("/promote production", by="bob")
    await world.finish(world.dispatched[2], "success")
    await world.pass_time(10, times=4)
    return comment


async def assert_told_once(world: Production, comment: Comment) -> None:
    """This function will assert that everything happened, and once."""
    assert [run.workflow.name for run in world.dispatched] == ["plan.yml", "apply.yml", "apply.yml"]
    assert [run.inputs["canary"] for run in world.dispatched[1:]] == ["10", "100"]
    (deployment,) = world.deployments
    assert [status.state for status in deployment.statuses] == ["pending", "queued", "in_progress", "success"]
    row = await world.row(comment)
    assert row is not None
    assert (row.stage, row.is_good, row.percent) == (Stage.SUCCEEDED, True, 100)
    assert "**succeeded**" in world.receipts[0]
    stages = [event.stage for event in await world.timeline(comment)]
    assert stages.count(Stage.CREATED) == stages.count(Stage.SUCCEEDED) == 1


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_right_after_a_step_changes_nothing(tmp_path: Path, step: str) -> None:
    async with production(tmp_path) as world:
        world.bot.engine.crash_in(step)
        comment = await whole_story(world)
        assert not world.bot.engine.dies_after(step), "the step was not reached"
        await assert_told_once(world, comment)


async def test_every_step_done_twice_changes_nothing(tmp_path: Path) -> None:
    async with production(tmp_path, repeat_every_step=True) as world:
        await assert_told_once(world, await whole_story(world))


async def test_a_kill_in_every_stage_changes_nothing(tmp_path: Path) -> None:
    """Each time something has happened, the process is killed and started again."""
    async with production(tmp_path) as world:
        settle = world.bot.settle

        async def killed() -> None:
            await settle()
            await world.bot.engine.restart()
            await settle()

        world.bot.settle = killed  # type: ignore[method-assign]  # a fault is injected
        await assert_told_once(world, await whole_story(world))
