"""The environment's protection rule lets in what the story has sent, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import deployments, issues, protection, runs
from tests.support.production import APPROVALS, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import Any

    from tests.support.production import Production

WITHIN = "  production:\n    workflow: production.yml\n    plan: {}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """A repository that deploys for real, whose production asks the bot."""
    async with production(tmp_path) as opened:
        opened.protect("production")
        yield opened


async def test_what_was_approved_before_its_dispatch_is_let_in(world: Production) -> None:
    """Without a plan the gate comes first; the job need not wait for people again."""
    world.policy("  production:\n    workflow: deploy.yml\n" + APPROVALS)
    await world.say("/deploy production")
    await world.say("/approve production", by="bob")
    job = await world.job(world.dispatched[0], "terraform-apply", environment="production")
    await world.pass_time()
    assert job.status == "queued"


async def deployed(world: Production, end: str) -> None:
    """This function will deploy with a plan and an approval, and let the last job end so."""
    await world.say("/deploy production")
    run = world.dispatched[-1]
    world.upload_plan(run, f"plan of {run.id}")
    await world.job(run, "terraform-plan")
    await world.job(run, "terraform-apply", environment="production")
    await world.say("/approve production", by="bob")
    await world.job(run, "terraform-apply")
    await world.job(run, "verify-deployment", end)
    await world.finish(run)


async def test_a_rollback_is_let_in_without_a_gate(world: Production) -> None:
    """What was there before was approved before."""
    world.policy(WITHIN + APPROVALS)
    await deployed(world, "success")
    world.bot.push()
    world.bot.ci({"test": None})
    await world.bot.settle()
    await deployed(world, "failure")
    back = world.dispatched[2]
    assert back.inputs["task"] == "rollback"
    job = await world.job(back, "terraform-apply", environment="production")
    await world.pass_time()
    assert job.status == "queued"
    await world.job(back, "terraform-apply")
    await world.finish(back)
    assert "`rolled_back`" in world.receipts[-1] or "`rolled_back`" in world.receipts[-2]


async def test_a_run_of_a_moved_branch_is_not_let_in(
    world: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The branch moved between the decision and the dispatch: what runs is not what was approved."""
    world.policy("  production:\n    workflow: deploy.yml\n")
    create, dispatch = deployments.create, runs.dispatch
    started: list[str] = []

    def create_and_push(*given: Any) -> Any:
        made = create(*given)
        if made.app is world.bot.hub.app:
            world.bot.push()
        return made

    def dispatch_and_ask(*given: Any) -> Any:
        made = dispatch(*given)
        job = runs.add_job(world.bot.hub.store, made, "terraform-apply", environment="production")
        protection.hold(world.bot.hub.store, job)
        started.append(job.status)
        return made

    monkeypatch.setattr(deployments, "create", create_and_push)
    monkeypatch.setattr(runs, "dispatch", dispatch_and_ask)
    await world.say("/deploy production")
    await world.pass_time(times=3)
    assert started == ["waiting"]
    (run,) = world.dispatched
    assert "`head_moved`" in world.receipts[0]
    assert [job.conclusion for job in run.latest.jobs] == ["cancelled"]
    assert not any(review.state == "approved" for review in run.reviews)


async def test_a_pull_request_closed_while_it_waits(world: Production) -> None:
    world.policy("  production:\n    workflow: deploy.yml\n" + APPROVALS)
    await world.say("/deploy production")
    issues.set_state(world.bot.hub.store, world.bot.repository, world.bot.pull.issue, "closed", world.bot.ada)
    await world.bot.settle()
    await world.pass_time()
    assert "**refused** · `pull_request_closed`" in world.receipts[0]
    assert world.dispatched == []
