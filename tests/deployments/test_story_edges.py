"""The rarer turns of the story: GitHub is away, somebody cancels late, an environment is kept for a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import Stage
from bot.deployments.store import row_of, save
from bot.deployments.underway import lease_length
from bot.github.models import DeploymentState
from bot.localhub.faults import Fault
from bot.storage.trust_tables import deployments
from tests.support.production import production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.support.production import Production

PLAIN = "  production:\n    workflow: deploy.yml\n"
APART = "  production:\n    workflow: apply.yml\n    plan: {workflow: plan.yml}\n"
MANUAL = "    canary: {steps: [10, 100], promote: manual}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """A repository that deploys for real."""
    async with production(tmp_path) as opened:
        yield opened


async def test_a_run_that_cannot_be_read_after_its_dispatch_is_waited_for(world: Production) -> None:
    """Nobody knows of which commit it is: it counts as the deployment's only when that is known."""
    world.policy(PLAIN)
    blind = Fault(kind="status", path=r"/actions/runs/\d+$", status=403, count=2)
    world.bot.hub.faults.add(blind)
    comment = await world.say("/deploy production")
    row = await world.row(comment)
    assert row is not None
    assert row.workflow_run_id == 0
    await world.pass_time(5, times=3)
    row = await world.row(comment)
    assert row is not None
    assert row.workflow_run_id == world.dispatched[0].id


async def test_a_run_that_is_never_read_is_stopped(world: Production) -> None:
    world.policy(PLAIN + "    time_limit: 1m\n")
    blind = Fault(kind="status", path=r"/actions/runs/\d+$", status=403)
    world.bot.hub.faults.add(blind)
    await world.say("/deploy production")
    await world.pass_time(5, times=14)
    await world.pass_time(60, times=12)
    assert "**expired** · `time_limit`" in world.receipts[0]
    assert world.dispatched[0].latest.conclusion == "cancelled"


async def test_a_cancellation_while_a_run_cannot_be_read(world: Production) -> None:
    world.policy(PLAIN)
    blind = Fault(kind="status", path=r"/actions/runs/\d+$", status=403, count=3)
    world.bot.hub.faults.add(blind)
    await world.say("/deploy production")
    await world.say("/cancel production")
    await world.pass_time(5, times=4)
    assert "`cancelled`" in world.receipts[0]
    assert world.dispatched[0].latest.conclusion == "cancelled"


@pytest.mark.parametrize("is_planned", [True, False])
async def test_a_cancellation_in_the_middle(world: Production, *, is_planned: bool) -> None:
    """While it plans, and while its health is watched."""
    world.policy((APART if is_planned else PLAIN) + world.verify())
    await world.say("/deploy production")
    if not is_planned:
        await world.finish(world.dispatched[0], "success")
    await world.say("/cancel production")
    await world.pass_time()
    assert "**failed** · `cancelled`" in world.receipts[0]
    assert len(world.dispatched) == 1


async def test_a_cancellation_between_two_steps(world: Production) -> None:
    world.policy(PLAIN + MANUAL)
    comment = await world.say("/deploy production")
    await world.finish(world.dispatched[0], "success")
    await world.say("/cancel production")
    assert "**failed** · `cancelled`" in world.receipts[0]
    row = await world.row(comment)
    assert row is not None
    assert (row.stage, row.percent) == (Stage.ERRORED, 10)


async def test_a_step_that_becomes_unwell_while_it_waits(world: Production) -> None:
    world.policy(PLAIN + MANUAL + world.verify())
    await world.say("/deploy production")
    await world.finish(world.dispatched[0], "success")
    await world.pass_time(10, times=4)
    world.health.status = 500
    await world.pass_time(60, times=4)
    assert "**failed**" in world.receipts[0]
    assert len(world.dispatched) == 1


async def test_what_was_pushed_cannot_be_read(world: Production) -> None:
    """Which digest was pushed is good to know, and no reason to fail."""
    world.policy(PLAIN)
    comment = await world.say("/deploy production")
    world.bot.hub.faults.add(Fault(kind="status", path="/artifacts$", status=403))
    await world.finish(world.dispatched[0], "success")
    row = await world.row(comment)
    assert row is not None
    assert (row.stage, row.artifact_digest) == (Stage.SUCCEEDED, "")


async def test_a_plan_that_cannot_be_read_is_tried_again(world: Production) -> None:
    world.policy(APART)
    await world.say("/deploy production")
    away = Fault(kind="status", path="/artifacts$", status=503, count=3)
    world.bot.hub.faults.add(away)
    await world.plan(world.dispatched[0])
    await world.pass_time(60, times=3)
    assert len(world.dispatched) == 2


async def test_a_plan_that_github_refuses_to_show_is_not_applied(world: Production) -> None:
    world.policy(APART)
    await world.say("/deploy production")
    world.bot.hub.faults.add(Fault(kind="status", path="/artifacts$", status=403))
    await world.plan(world.dispatched[0])
    await world.pass_time(60, times=3)
    assert "`could_not_verify`" in world.receipts[0]
    assert len(world.dispatched) == 1


async def test_an_environment_is_kept_for_a_time(world: Production) -> None:
    world.policy(PLAIN + "    teardown: {workflow: teardown.yml}\n")
    await world.say("/deploy production --for 4h")
    await world.finish(world.dispatched[0], "success")
    assert "**succeeded**" in world.receipts[0]
    assert world.deployments[0].transient
    await world.pass_time(3600, times=5)
    assert world.dispatched[1].workflow.name == "teardown.yml"


async def test_rows_from_before_there_were_stages(world: Production) -> None:
    """Rows that an older version has written are read as what they meant."""
    world.policy(PLAIN)
    comment = await world.say("/deploy production")
    row = await world.row(comment)
    assert row is not None
    expected = {
        DeploymentState.SUCCESS: Stage.SUCCEEDED,
        DeploymentState.INACTIVE: Stage.SUCCEEDED,
        DeploymentState.FAILURE: Stage.FAILED,
        DeploymentState.ERROR: Stage.ERRORED,
        DeploymentState.IN_PROGRESS: Stage.APPLYING,
    }
    for state, stage in expected.items():
        await world.bot.database.write(partial(_age, state=state))
        found = await world.bot.database.read(
            lambda connection: row_of(connection, row.repository_id, row.deployment_id)
        )
        assert found is not None
        assert found.stage is stage
    assert await world.bot.database.read(lambda connection: row_of(connection, 1, 1)) is None
    await world.bot.database.write(lambda connection: save(connection, row))


def _age(connection: Connection, *, state: DeploymentState) -> None:
    connection.execute(deployments.update().values(stage="", state=state.value))


def test_a_lease_outlasts_two_signs_of_life() -> None:
    assert lease_length("30s").total_seconds() == 300
    assert lease_length("1h").total_seconds() == 3600
