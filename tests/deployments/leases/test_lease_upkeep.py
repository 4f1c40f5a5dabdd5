"""What a closed pull request held is freed, and the sweep finds whatever else was left behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.deployments.leases.model import HoldKind, Place
from bot.deployments.leases.rows import line_of
from bot.deployments.leases.rules import DISPATCHING
from bot.deployments.leases.store import hold, renew, take
from bot.deployments.locks.starts import SWEEP_LEASES, ClosedPull
from bot.localhub.faults import Fault
from bot.localhub.state import issues, runs
from handlers.schedule import SCHEDULES
from tests.support.leases import LENGTH, ask, lock
from tests.support.production import Production, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.deployments.leases.model import Line


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    async with production(tmp_path) as opened:
        opened.policy("  production: {}\n")
        yield opened


def place(world: Production) -> Place:
    return Place(repository_id=world.bot.repository.id, environment="production")


async def line(world: Production) -> Line:
    return await world.bot.database.read(lambda connection: line_of(connection, place(world)))


async def sweep(world: Production) -> None:
    schedule = next(each for each in SCHEDULES if each.name == SWEEP_LEASES)
    await world.bot.engine.submit([schedule.start(world.bot.clock())])
    await world.bot.settle()


async def held(world: Production, name: str = "gone", *, workflow_run_id: int | None = None) -> None:
    """Let a deployment whose flow is gone have the environment."""
    now = world.bot.clock()
    taking = await world.bot.database.write(
        lambda connection: take(connection, place(world), ask(name, number=world.bot.pull.number), now=now)
    )
    lease = getattr(taking, "lease", None)
    if workflow_run_id is not None and lease is not None:
        await world.bot.database.write(
            lambda connection: renew(
                connection, lease, now=now, length=LENGTH, workflow_run_id=workflow_run_id
            )
        )


async def test_the_sweep_frees_what_a_dead_deployment_held(world: Production) -> None:
    await held(world)
    await held(world, "waits")
    await sweep(world)
    assert (await line(world)).lease is not None
    world.bot.clock.advance(timedelta(minutes=16))
    await sweep(world)
    assert (await line(world)).lease is None
    assert len((await line(world)).tickets) == 1
    world.bot.clock.advance(timedelta(days=2))
    await sweep(world)
    assert (await line(world)).tickets == ()


async def test_the_sweep_waits_for_the_end_of_the_workflow_run(world: Production) -> None:
    run = world.bot.ci({"deploy": None}, workflow="Deploy")
    other = runs.start_run(
        world.bot.hub.store,
        world.bot.repository,
        runs.workflow_of(world.bot.hub.store, world.bot.repository, "deploy.yml"),
        runs.NewRun(head_sha=run.head_sha, head_branch="feature", actor=world.bot.ada, event="push"),
        jobs=["deploy"],
    )
    await held(world, workflow_run_id=other.id)
    world.bot.clock.advance(timedelta(minutes=16))
    await sweep(world)
    assert (await line(world)).lease is not None
    runs.finish_run(world.bot.hub.store, other, "failure")
    world.bot.clock.advance(timedelta(minutes=10))
    await sweep(world)
    assert (await line(world)).lease is None


async def test_a_dispatch_that_nobody_knows_the_end_of_keeps_the_environment(world: Production) -> None:
    await held(world, workflow_run_id=DISPATCHING)
    world.bot.clock.advance(timedelta(hours=2))
    await sweep(world)
    assert (await line(world)).lease is not None
    await world.say("/unlock production --force looked at it")
    assert (await line(world)).lease is None


async def test_a_dispatch_whose_deployment_is_known_to_be_over_frees_it(world: Production) -> None:
    comment = await world.say("/deploy production")
    await world.finish(world.dispatched[0], "success")
    await world.pass_time(5)
    assert (await line(world)).lease is None
    await held(world, world.run_of(comment), workflow_run_id=DISPATCHING)
    world.bot.clock.advance(timedelta(minutes=16))
    await sweep(world)
    assert (await line(world)).lease is None


async def test_a_deployment_that_waits_is_cancelled_with_its_pull_request(world: Production) -> None:
    await held(world)
    await world.say("/deploy production")
    assert "Number 1 in the queue" in world.receipts[0]
    issues.set_state(world.bot.hub.store, world.bot.repository, world.bot.pull.issue, "closed", world.bot.ada)
    await world.bot.settle()
    assert "`cancelled`" in world.receipts[0]
    assert "the pull request was closed" in world.receipts[0]
    assert (await line(world)).tickets == ()


async def test_a_pull_request_that_was_opened_again_keeps_what_it_held(world: Production) -> None:
    await world.say("/lock production mine", by="bob")
    closed = ClosedPull(repository=world.bot.ref, number=world.bot.pull.number, cause="late")
    await world.bot.engine.submit([closed.start()])
    await world.bot.settle()
    assert (await line(world)).lease is not None


async def test_a_freeze_stays_whatever_becomes_of_the_pull_request(world: Production) -> None:
    now, frozen = world.bot.clock(), lock("f", kind=HoldKind.FREEZE, number=world.bot.pull.number)
    await world.bot.database.write(
        lambda connection: hold(connection, place(world), frozen, now=now, until=None)
    )
    issues.set_state(world.bot.hub.store, world.bot.repository, world.bot.pull.issue, "closed", world.bot.ada)
    await world.bot.settle()
    await sweep(world)
    lease = (await line(world)).lease
    assert lease is not None
    assert lease.holder == frozen


@pytest.mark.parametrize("path", ["/app/installations$", "/installation/repositories", "/pulls/"])
async def test_a_sweep_that_github_does_not_answer_is_done_again(world: Production, path: str) -> None:
    await world.say("/lock production mine", by="bob")
    world.bot.hub.set_webhook(None)
    issues.set_state(world.bot.hub.store, world.bot.repository, world.bot.pull.issue, "closed", world.bot.ada)
    world.bot.hub.faults.add(Fault(kind="status", path=path, status=500))
    await sweep(world)
    assert (await line(world)).lease is not None
    world.bot.hub.faults.clear()
    world.bot.clock.advance(timedelta(minutes=10))
    await sweep(world)
    assert (await line(world)).lease is None


async def test_everything_is_done_twice_and_shows_once(tmp_path: Path) -> None:
    async with production(tmp_path, repeat_every_step=True) as world:
        world.policy("  production: {}\n")
        await world.say("/lock production mine", by="bob")
        await world.say("/unlock production --force bob is away")
        assert (await line(world)).lease is None
        await world.say("/deploy production")
        await world.say("/unlock production --force it hangs", by="bob")
        await world.pass_time(15, times=4)
        assert (await line(world)).lease is None
        comments = [one.body for one in world.bot.repository.issues[world.bot.pull.number].comments]
        assert len([body for body in comments if "pilothouse:forced" in body]) == 2
        assert len(world.receipts) == 4


@pytest.mark.parametrize("step", ["lock 0", "unlock lock 0", "tell the holder 0", "line 0"])
async def test_a_killed_process_locks_and_opens_once(world: Production, step: str) -> None:
    world.bot.engine.crash_in(step)
    await world.say("/lock production mine", by="bob")
    assert "**succeeded**" in world.receipts[0]
    await world.say("/unlock production --force bob is away")
    assert "**succeeded**" in world.receipts[1]
    assert (await line(world)).lease is None
    comments = [one.body for one in world.bot.repository.issues[world.bot.pull.number].comments]
    assert len([body for body in comments if "pilothouse:forced" in body]) == 1
