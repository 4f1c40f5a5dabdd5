"""A deployment's health: watched, gone out in steps, put back once when it is bad, then frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import Stage, Task
from tests.support.production import production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.production import Production

pytestmark = pytest.mark.no_cover

PLAIN = "  production:\n    workflow: deploy.yml\n"
CANARY = "    canary: {steps: [10, 50, 100]}\n"
MANUAL = "    canary: {steps: [10, 100], promote: manual}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """A repository that deploys for real."""
    async with production(tmp_path) as opened:
        yield opened


async def deployed(world: Production) -> None:
    """This function will deploy once, well."""
    await world.say("/deploy production")
    await world.finish(world.dispatched[-1], "success")
    await world.pass_time(10, times=4)
    assert "**succeeded**" in world.receipts[-1]


async def commit(world: Production) -> str:
    """This function will push another commit whose checks are green."""
    sha = world.bot.push(content=str(len(world.receipts) + 10))
    world.bot.ci({"test": None})
    await world.bot.settle()
    return sha


async def test_health_is_watched_until_it_was_good_for_long_enough(world: Production) -> None:
    world.policy(PLAIN + world.verify())
    comment = await world.say("/deploy production")
    await world.finish(world.dispatched[0], "success")
    row = await world.row(comment)
    assert row is not None
    assert (row.stage, row.is_good) == (Stage.VERIFYING, False)
    await world.pass_time(10, times=3)
    row = await world.row(comment)
    assert row is not None
    assert (row.stage, row.is_good) == (Stage.SUCCEEDED, True)


async def test_bad_health_is_put_back_once_and_then_frozen(world: Production) -> None:
    """The last known good deployment comes back under the same lease; a person must look before the next."""
    world.policy(PLAIN + world.verify())
    good = world.bot.pull.head_sha
    await deployed(world)
    await commit(world)
    await world.say("/deploy production")
    world.health.status = 500
    await world.finish(world.dispatched[1], "success")
    await world.pass_time(10, times=3)
    back = world.dispatched[2]
    assert (back.inputs["sha"], back.inputs["task"]) == (good, "rollback")
    world.health.status = 200
    await world.finish(back, "success")
    await world.pass_time(10, times=4)
    assert "**failed** · `rolled_back`" in world.receipts[1]
    rows = await world.rows()
    assert [(row.task, row.stage, row.is_good) for row in rows] == [
        (Task.ROLLBACK, Stage.SUCCEEDED, True),
        (Task.DEPLOY, Stage.FAILED, False),
        (Task.DEPLOY, Stage.SUCCEEDED, True),
    ]
    await world.say("/deploy production")
    assert "`environment_frozen`" in world.receipts[2]
    assert len(world.dispatched) == 3


async def test_a_red_verify_job_is_bad_health(world: Production) -> None:
    """A job that verifies says as much as the bot's own requests."""
    world.policy(PLAIN)
    await deployed(world)
    await commit(world)
    await world.say("/deploy production")
    run = world.dispatched[1]
    await world.job(run, "terraform-apply")
    await world.job(run, "verify-deployment", "failure")
    await world.finish(run)
    assert world.dispatched[2].inputs["task"] == "rollback"
    await world.finish(world.dispatched[2], "success")
    assert "`rolled_back`" in world.receipts[1]


async def test_a_job_before_the_environment_is_not_put_back(world: Production) -> None:
    world.policy(PLAIN)
    await deployed(world)
    await commit(world)
    await world.say("/deploy production")
    await world.job(world.dispatched[1], "build-and-test", "failure")
    await world.finish(world.dispatched[1])
    assert "**failed** · `workflow_failed`" in world.receipts[1]
    assert len(world.dispatched) == 2


async def test_a_canary_goes_out_in_steps(world: Production) -> None:
    world.policy(PLAIN + CANARY + world.verify())
    comment = await world.say("/deploy production")
    seen = []
    for _ in range(3):
        run = world.dispatched[-1]
        seen.append(run.inputs["canary"])
        await world.finish(run, "success")
        await world.pass_time(10, times=4)
    assert seen == ["10", "50", "100"]
    assert "**succeeded**" in world.receipts[0]
    assert len(world.deployments) == 1
    row = await world.row(comment)
    assert row is not None
    assert (row.percent, row.is_good) == (100, True)


async def test_a_step_that_is_unwell_stops_the_canary(world: Production) -> None:
    world.policy(PLAIN + CANARY + world.verify())
    await world.say("/deploy production")
    world.health.status = 500
    await world.finish(world.dispatched[0], "success")
    await world.pass_time(10, times=4)
    assert [run.inputs["canary"] for run in world.dispatched] == ["10"]
    assert "**failed**" in world.receipts[0]


async def test_a_person_promotes(world: Production) -> None:
    world.policy(PLAIN + MANUAL)
    await world.say("/deploy production")
    await world.finish(world.dispatched[0], "success")
    await world.pass_time(60, times=3)
    assert len(world.dispatched) == 1
    await world.say("/promote production", by="bob")
    assert world.dispatched[1].inputs["canary"] == "100"
    await world.finish(world.dispatched[1], "success")
    assert "**succeeded**" in world.receipts[0]


async def test_a_rollback_by_command(world: Production) -> None:
    world.policy(PLAIN)
    good = world.bot.pull.head_sha
    await deployed(world)
    await commit(world)
    await deployed(world)
    await world.say("/rollback production")
    back = world.dispatched[2]
    assert (back.inputs["sha"], back.inputs["task"]) == (good, "rollback")
    await world.finish(back, "success")
    assert "**succeeded**" in world.receipts[2]
