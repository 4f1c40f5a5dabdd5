"""The process is killed in every state of a deployment: what was done is not done again, and it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import Stage
from tests.support.production import APPROVALS, Production, production

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.state.nouns import Comment

pytestmark = pytest.mark.no_cover

PLANNED = "  production:\n    workflow: apply.yml\n    plan: {workflow: plan.yml}\n" + APPROVALS
STEPPED = (
    "  production:\n    workflow: apply.yml\n    canary: {steps: [10, 100], promote: manual}\n" + APPROVALS
)
BEFORE = [
    "facts asked",
    "decision asked",
    "note checking",
    "lease",
    "facts turn",
    "deployment",
    "record created",
    "row",
    "status pending",
    "open gate",
    "record gated",
    "gate",
    "ask gate",
    "facts apply 1",
    "decision apply 1",
    "record applying",
    "renew",
    "look",
    "status queued",
    "record verifying",
    "health",
    "artifact",
    "close gate",
    "record succeeded",
    "status success",
    "give back",
]
STEPS = [
    *((PLANNED, step) for step in (*BEFORE, "dispatch plan", "record planning", "plan", "dispatch apply")),
    *((STEPPED, step) for step in ("dispatch apply-10", "record promoting", "dispatch apply-100")),
]


async def whole_story(world: Production, policy: str) -> Comment:
    """This function will deploy with an approval and health checks, with a plan or in two steps."""
    world.policy(policy + world.verify())
    comment = await world.say("/deploy production")
    if policy is PLANNED:
        await world.plan(world.dispatched[0])
    await world.say("/approve production", by="bob")
    await world.finish(world.dispatched[-1], "success")
    await world.pass_time(10, times=4)
    if policy is STEPPED:
        await world.say("/promote production", by="bob")
        await world.finish(world.dispatched[-1], "success")
        await world.pass_time(10, times=4)
    return comment


async def assert_told_once(world: Production, comment: Comment, policy: str) -> None:
    """This function will assert that everything happened, and once."""
    ran = [(run.workflow.name, run.inputs["canary"]) for run in world.dispatched]
    planned = [("plan.yml", ""), ("apply.yml", "")]
    assert ran == (planned if policy is PLANNED else [("apply.yml", "10"), ("apply.yml", "100")])
    (deployment,) = world.deployments
    assert [status.state for status in deployment.statuses] == ["pending", "queued", "in_progress", "success"]
    row = await world.row(comment)
    assert row is not None
    assert (row.stage, row.is_good, row.percent) == (Stage.SUCCEEDED, True, 100)
    assert "**succeeded**" in world.receipts[0]
    stages = [event.stage for event in await world.timeline(comment)]
    assert stages.count(Stage.CREATED) == stages.count(Stage.SUCCEEDED) == 1


@pytest.mark.parametrize(("policy", "step"), STEPS)
async def test_a_crash_right_after_a_step_changes_nothing(tmp_path: Path, policy: str, step: str) -> None:
    async with production(tmp_path) as world:
        world.bot.engine.crash_in(step)
        comment = await whole_story(world, policy)
        assert not world.bot.engine.dies_after(step), "the step was not reached"
        await assert_told_once(world, comment, policy)


@pytest.mark.parametrize("policy", [PLANNED, STEPPED])
async def test_every_step_done_twice_changes_nothing(tmp_path: Path, policy: str) -> None:
    async with production(tmp_path, repeat_every_step=True) as world:
        await assert_told_once(world, await whole_story(world, policy), policy)


@pytest.mark.parametrize("policy", [PLANNED, STEPPED])
async def test_a_kill_in_every_stage_changes_nothing(tmp_path: Path, policy: str) -> None:
    """Each time something has happened, the process is killed and started again."""
    async with production(tmp_path) as world:
        settle = world.bot.settle

        async def killed() -> None:
            await settle()
            await world.bot.engine.restart()
            await settle()

        world.bot.settle = killed  # type: ignore[method-assign]  # a fault is injected
        await assert_told_once(world, await whole_story(world, policy), policy)
