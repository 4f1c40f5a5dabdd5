"""Environments that are kept for a time and then taken down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.deployments.leases.model import HoldKind, Place
from bot.deployments.leases.rows import lease_of
from bot.deployments.locks.starts import SWEEP_LEASES
from bot.localhub.faults import Fault
from bot.localhub.state import git, issues, runs
from handlers.schedule import SCHEDULES
from tests.support.production import Production, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.deployments.leases.model import Lease
    from bot.localhub.state.actions import WorkflowRun

POLICY = "  review:\n    teardown: {workflow: teardown.yml, longest: 8h}\n  production: {}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    async with production(tmp_path) as opened:
        opened.policy(POLICY)
        yield opened


async def lease(world: Production) -> Lease | None:
    place = Place(repository_id=world.bot.repository.id, environment="review")
    return await world.bot.database.read(lambda connection: lease_of(connection, place))


async def kept(world: Production, length: str = "4h") -> Lease:
    """Deploy for a time, successfully."""
    await world.say(f"/deploy review --for {length}")
    await world.finish(world.dispatched[-1], "success")
    await world.pass_time(5)
    held = await lease(world)
    assert held is not None
    assert held.holder.kind is HoldKind.KEEP
    return held


def teardowns(world: Production) -> list[WorkflowRun]:
    return [run for run in world.dispatched if run.workflow.path.endswith("teardown.yml")]


def said(world: Production) -> list[str]:
    """What the bot said about taking down."""
    comments = world.bot.repository.issues[world.bot.pull.number].comments
    return [one.body for one in comments if "pilothouse:teardown" in one.body]


async def test_at_its_end_the_environment_is_taken_down_and_free(world: Production) -> None:
    held = await kept(world)
    assert held.expires_at is not None
    assert teardowns(world) == []
    world.bot.clock.advance(timedelta(hours=4))
    await world.bot.settle()
    (run,) = teardowns(world)
    assert run.head_branch == "main"
    assert run.inputs["environment"] == "review"
    assert run.inputs["sha"] == world.bot.pull.head_sha
    assert run.inputs["task"] == "teardown"
    assert int(run.inputs["lease_token"]) > held.token
    assert run.inputs["deployment_id"] == str(world.deployments[-1].id)
    assert "🔄 `review` was kept for `ada`. Its time is over. It is being taken down" in said(world)[0]
    held_now = await lease(world)
    assert held_now is not None
    assert held_now.holder.kind is HoldKind.DEPLOY
    await world.finish(run, "success")
    await world.pass_time(60)
    (comment,) = said(world)
    assert "✅ `review` was kept for `ada`. Its time is over. It was taken down" in comment
    assert await lease(world) is None
    assert [status.state for status in world.deployments[-1].statuses] == [
        "in_progress",
        "success",
        "inactive",
    ]
    (row, _) = await world.rows("review")
    assert (row.task, row.stage) == ("teardown", "succeeded")


async def test_others_wait_while_it_is_kept_and_its_own_pull_request_does_not(world: Production) -> None:
    await kept(world)
    bot = world.bot
    other = bot.open_pull("other", by="bob")
    git.push(
        bot.hub.store,
        bot.repository,
        "other",
        files={".github/workflows/deploy.yml": "on:\n  workflow_dispatch:\n    inputs:\n      sha:\n"},
        message="Workflow",
        author=bot.ada,
    )
    bot.ci({"test": None}, branch="other")
    issues.write_comment(
        bot.hub.store, bot.repository, other.number, body="/deploy review", author=bot.hub.store.user("bob")
    )
    await bot.settle()
    (waiting,) = [one.body for one in other.issue.comments if "pilothouse:receipt" in one.body]
    assert "`review` is kept for `ada` with the deployment of" in waiting
    assert "until 2026-11-03 13:0" in waiting
    await world.say("/deploy review")
    assert len(world.dispatched) == 2
    await world.finish(world.dispatched[-1], "success")
    await world.pass_time(5)
    held = await lease(world)
    assert held is not None
    assert held.holder.kind is HoldKind.KEEP
    await world.say("/unlock review")
    (down,) = teardowns(world)
    await world.finish(down, "success")
    await world.pass_time(60)
    assert len(world.dispatched) == 4  # the other's turn has come
    assert world.dispatched[-1].head_branch == "other"


async def test_merging_or_closing_the_pull_request_ends_it(world: Production) -> None:
    await kept(world)
    issues.set_state(world.bot.hub.store, world.bot.repository, world.bot.pull.issue, "closed", world.bot.ada)
    await world.bot.settle()
    (down,) = teardowns(world)
    assert "The pull request \\#\u200b1 was closed" in said(world)[0]
    await world.finish(down, "success")
    await world.pass_time(60)
    assert await lease(world) is None


async def test_keeping_longer_is_one_teardown_at_the_later_end(world: Production) -> None:
    await kept(world, "1h")
    await kept(world, "4h")
    world.bot.clock.advance(timedelta(hours=2))
    await world.bot.settle()
    assert teardowns(world) == []
    world.bot.clock.advance(timedelta(hours=2))
    await world.bot.settle()
    assert len(teardowns(world)) == 1


async def test_what_cannot_be_taken_down_cannot_be_kept(world: Production) -> None:
    await world.say("/deploy production --for 4h")
    assert "**refused** · `not_keepable`" in world.receipts[0]
    await world.say("/deploy review --for 9h")
    assert "**refused** · `not_keepable`" in world.receipts[1]


async def test_a_teardown_that_fails_is_said_and_frees_the_environment(world: Production) -> None:
    await kept(world)
    await world.say("/unlock review")
    (down,) = teardowns(world)
    await world.finish(down, "failure")
    await world.pass_time(60)
    assert "❌" in said(world)[0]
    assert "It was **not** taken down" in said(world)[0]
    assert await lease(world) is None


async def test_a_teardown_that_never_ends_is_cancelled_at_the_time_limit(world: Production) -> None:
    world.policy("  review:\n    time_limit: 30m\n    teardown: {workflow: teardown.yml}\n")
    await kept(world)
    await world.say("/unlock review")
    (down,) = teardowns(world)
    await world.pass_time(60, times=32)
    assert down.latest.conclusion == "cancelled"
    assert "ended `without a conclusion`" in said(world)[0]
    assert await lease(world) is None


async def test_a_teardown_that_is_no_longer_configured_is_said(world: Production) -> None:
    await kept(world)
    world.policy("  review: {}\n")
    await world.say("/unlock review")
    assert teardowns(world) == []
    assert "It was **not** taken down" in said(world)[0]
    assert await lease(world) is None


async def test_a_lock_waits_for_the_teardown(world: Production) -> None:
    await kept(world)
    await world.say("/lock review my turn next", by="bob")
    assert "will be locked, as soon as it is free, by `bob`" in world.receipts[-1]
    await world.say("/unlock review")
    (down,) = teardowns(world)
    await world.finish(down, "success")
    await world.pass_time(60)
    held = await lease(world)
    assert held is not None
    assert held.holder.kind is HoldKind.LOCK


async def test_a_teardown_waits_while_the_environment_is_frozen(world: Production) -> None:
    held = await kept(world)
    from bot.deployments.leases.store import hold  # noqa: PLC0415
    from tests.support.leases import lock  # noqa: PLC0415

    now = world.bot.clock()
    frozen = lock("frozen", kind=HoldKind.FREEZE)
    await world.bot.database.write(
        lambda connection: hold(connection, held.place, frozen, now=now, until=None)
    )
    world.bot.clock.advance(timedelta(hours=4))
    await world.bot.settle()
    assert teardowns(world) == []
    assert "It cannot be taken down yet" in said(world)[0]
    await world.say("/unlock review --force looked into it")
    await world.pass_time(600)
    assert len(teardowns(world)) == 1


@pytest.mark.parametrize(
    "step", ["keep", "kept", "lease", "deployment", "dispatch", "record", "no longer kept"]
)
async def test_a_killed_process_takes_down_once(world: Production, step: str) -> None:
    world.bot.engine.crash_in(step)
    await kept(world)
    world.bot.clock.advance(timedelta(hours=4))
    await world.bot.settle()
    (down,) = teardowns(world)
    await world.finish(down, "success")
    await world.pass_time(60)
    assert len(teardowns(world)) == 1
    assert len(said(world)) == 1
    assert await lease(world) is None


async def test_everything_happens_twice_and_shows_once(tmp_path: Path) -> None:
    async with production(tmp_path, repeat_every_step=True) as world:
        world.policy(POLICY)
        await kept(world)
        world.bot.clock.advance(timedelta(hours=4))
        await world.bot.settle()
        (down,) = teardowns(world)
        await world.finish(down, "success")
        await world.pass_time(60)
        assert len(said(world)) == 1
        assert len(world.deployments) == 2


async def test_github_being_down_for_a_while_delays_the_teardown(world: Production) -> None:
    await kept(world)
    world.bot.hub.faults.add(Fault(kind="status", path="/pulls/", status=503))
    world.bot.clock.advance(timedelta(hours=4))
    await world.bot.settle()
    assert teardowns(world) == []
    world.bot.hub.faults.clear()
    await world.pass_time(60)
    assert len(teardowns(world)) == 1


async def test_a_keeper_that_failed_is_started_again_by_the_sweep(world: Production) -> None:
    held = await kept(world)
    await world.bot.engine.restart()
    del world.bot.engine.runs[f"keep_environment-{held.holder.run_id}"]
    world.bot.clock.advance(timedelta(hours=6))
    schedule = next(each for each in SCHEDULES if each.name == SWEEP_LEASES)
    await world.bot.engine.submit([schedule.start(world.bot.clock())])
    await world.bot.settle()
    assert len(teardowns(world)) == 1
    runs.finish_run(world.bot.hub.store, teardowns(world)[0], "success")
