"""Going back where GitHub itself holds every job before the environment: the protection rule lets it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.production import APPROVALS, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.production import Production

WITHIN = "  production:\n    workflow: production.yml\n    plan: {}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """A production that is planned, approved by another person, and protected."""
    async with production(tmp_path) as opened:
        opened.policy(WITHIN + APPROVALS + opened.verify())
        opened.protect("production")
        yield opened


async def deploy(world: Production, plan: str) -> str:
    """Deploy the head, with bob's approval, until its health is watched."""
    sha = world.bot.pull.head_sha
    await world.say("/deploy production")
    run = world.dispatched[-1]
    world.upload_plan(run, plan)
    await world.job(run, "terraform-plan")
    await world.job(run, "terraform-apply", environment="production")
    await world.say("/approve production", by="bob")
    await world.job(run, "terraform-apply")
    await world.finish(run)
    return sha


async def push(world: Production, content: str) -> None:
    world.bot.push(content=content)
    world.bot.ci({"test": None})
    await world.bot.settle()


async def let_in(world: Production) -> None:
    """Let the newest run do its job, which GitHub holds before the environment; nobody approves."""
    run = world.dispatched[-1]
    job = await world.job(run, "terraform-apply", environment="production")
    await world.pass_time(5)
    assert job.status == "queued"
    await world.job(run, "terraform-apply")
    await world.finish(run)


async def test_an_automatic_rollback_waits_for_nobody(world: Production) -> None:
    good = await deploy(world, "plan 1")
    await world.pass_time(10, times=4)
    await push(world, "2")
    world.health.status = 500
    await deploy(world, "plan 2")
    await world.pass_time(10, times=3)
    assert world.dispatched[-1].inputs["sha"] == good
    assert world.dispatched[-1].inputs["plan_digest"] == ""
    world.health.status = 200
    await let_in(world)
    await world.pass_time(10, times=4)
    assert any("`rolled_back`" in receipt for receipt in world.receipts)


async def test_a_rollback_by_command_waits_for_nobody(world: Production) -> None:
    good = await deploy(world, "plan 1")
    await world.pass_time(10, times=4)
    await push(world, "2")
    await deploy(world, "plan 2")
    await world.pass_time(10, times=4)
    await world.say("/rollback production")
    assert world.dispatched[-1].inputs["sha"] == good
    await let_in(world)
    await world.pass_time(10, times=4)
    assert "✅ `/rollback production` **succeeded**" in world.receipts[-1]
