"""A deployment that must stop: cancelled, its lease lost, its time up; nobody else comes in while its run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.deployments.leases.model import Place
from bot.deployments.leases.rows import lease_of
from bot.deployments.model import Stage
from bot.localhub.faults import Fault
from tests.support.production import APPROVALS, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.deployments.leases.model import Lease
    from tests.support.production import Production

PLAIN = "  production:\n    workflow: deploy.yml\n"
APART = "  production:\n    workflow: apply.yml\n    plan: {workflow: plan.yml}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """A repository that deploys for real."""
    async with production(tmp_path) as opened:
        yield opened


async def lease(world: Production) -> Lease | None:
    """This function will read who has production."""
    place = Place(repository_id=world.bot.repository.id, environment="production")
    return await world.bot.database.read(lambda connection: lease_of(connection, place))


async def test_a_cancellation_stops_the_run_and_frees_the_environment(world: Production) -> None:
    world.policy(PLAIN)
    comment = await world.say("/deploy production")
    await world.job(world.dispatched[0], "terraform-apply", None)
    await world.say("/cancel production")
    assert world.dispatched[0].latest.conclusion == "cancelled"
    assert "**failed** · `cancelled`" in world.receipts[0]
    row = await world.row(comment)
    assert row is not None
    assert row.stage is Stage.ERRORED
    assert await lease(world) is None


async def test_a_cancellation_at_the_gate(world: Production) -> None:
    world.policy(APART + APPROVALS)
    await world.say("/deploy production")
    await world.plan(world.dispatched[0])
    await world.say("/cancel production")
    assert "**failed** · `cancelled`" in world.receipts[0]
    await world.say("/approve production", by="bob")
    assert len(world.dispatched) == 1


async def test_a_lost_lease_stops_the_deployment(world: Production) -> None:
    """Somebody took the environment by force: what runs for the one before is stopped."""
    world.policy(PLAIN)
    await world.say("/deploy production")
    statement = text("update leases set token = token + 1, run_id = 'another'")
    await world.bot.database.write(lambda connection: connection.execute(statement))
    await world.pass_time(120)
    assert world.dispatched[0].latest.conclusion == "cancelled"
    assert "**failed** · `lease_lost`" in world.receipts[0]


async def test_a_lost_lease_is_noticed_before_the_dispatch(world: Production) -> None:
    world.policy(PLAIN + APPROVALS)
    await world.say("/deploy production")
    statement = text("update leases set token = token + 1, run_id = 'another'")
    await world.bot.database.write(lambda connection: connection.execute(statement))
    await world.say("/approve production", by="bob")
    assert world.dispatched == []
    assert "`lease_lost`" in world.receipts[0]


async def test_the_lease_is_kept_alive(world: Production) -> None:
    """However long people take, the environment stays the deployment's."""
    world.policy(PLAIN + "    lease: 5m\n" + APPROVALS)
    await world.say("/deploy production")
    await world.pass_time(120, times=20)
    held = await lease(world)
    assert held is not None
    assert held.expires_at is not None
    assert held.expires_at > world.bot.clock()
    await world.say("/approve production", by="bob")
    assert len(world.dispatched) == 1


async def test_nobody_comes_in_while_a_cancelled_run_goes_on(world: Production) -> None:
    """GitHub does not end the run: the environment is not given back until the run is over."""
    world.policy(PLAIN + "    time_limit: 30m\n")
    await world.say("/deploy production")
    await world.job(world.dispatched[0], "terraform-apply", None)
    stuck = Fault(kind="status", method="POST", path="/cancel$", status=409)
    world.bot.hub.faults.add(stuck)
    await world.say("/cancel production")
    await world.pass_time(15, times=45)
    assert "`cancelled`" in world.receipts[0]
    held = await lease(world)
    assert held is not None
    await world.say("/deploy production")
    assert len(world.dispatched) == 1
    world.bot.hub.faults.clear()
    await world.finish(world.dispatched[0], "success")
    await world.pass_time(120, times=10)
    assert len(world.dispatched) == 2


async def test_the_time_is_up(world: Production) -> None:
    world.policy(PLAIN + "    time_limit: 5m\n")
    await world.say("/deploy production")
    await world.pass_time(60, times=6)
    assert "**expired** · `time_limit`" in world.receipts[0]
    assert world.dispatched[0].latest.conclusion == "cancelled"
