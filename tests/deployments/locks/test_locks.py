"""Environments closed and opened at a person's word, told as people see it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.deployments.leases.model import Place
from bot.deployments.leases.rows import lease_of, line_of
from bot.deployments.locks.starts import SWEEP_LEASES
from bot.localhub.state import issues, pulls, runs
from bot.storage.trust_tables import journal, leases
from handlers.schedule import SCHEDULES
from tests.support.production import Production, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.deployments.leases.model import Lease

POLICY = "  staging: {}\n  production: {}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    async with production(tmp_path) as opened:
        opened.policy(POLICY)
        yield opened


async def lease(world: Production, environment: str = "production") -> Lease | None:
    place = Place(repository_id=world.bot.repository.id, environment=environment)
    return await world.bot.database.read(lambda connection: lease_of(connection, place))


async def sweep(world: Production) -> None:
    schedule = next(each for each in SCHEDULES if each.name == SWEEP_LEASES)
    await world.bot.engine.submit([schedule.start(world.bot.clock())])
    await world.bot.settle()


async def test_a_lock_refuses_others_and_lets_its_owner_deploy(world: Production) -> None:
    await world.say("/lock Production the database is moved", by="bob")
    assert "✅ `/lock Production the database is moved` **succeeded**" in world.receipts[0]
    assert "`production` is locked by `bob` on #1: the database is moved." in world.receipts[0]
    assert (
        "Only `bob` can deploy there; it ends with `/unlock production`, or when #1 is" in world.receipts[0]
    )
    await world.say("/deploy production")
    assert "**refused** · `locked`" in world.receipts[1]
    assert "`bob` can open it with `/unlock production`" in world.receipts[1]
    await world.say("/deploy production", by="bob")
    assert len(world.dispatched) == 1
    held = await lease(world)
    assert held is not None
    assert held.token == 2
    await world.finish(world.dispatched[0], "success")
    held = await lease(world)
    assert held is not None
    assert held.holder.kind == "lock"
    await world.say("/unlock production", by="bob")
    assert "`production` is unlocked." in world.receipts[-1]
    assert await lease(world) is None


async def test_only_by_force_and_with_a_reason_is_anothers_lock_ended_and_its_owner_is_told(
    world: Production,
) -> None:
    await world.say("/lock production load test", by="bob")
    await world.say("/unlock production")
    assert "**refused** · `not_holder`" in world.receipts[1]
    assert (
        "someone else with the role write can with `/unlock production --force REASON`" in world.receipts[1]
    )
    await world.say("/unlock production --force")
    assert "**refused** · `missing_argument`" in world.receipts[2]
    await world.say("/unlock production --force bob is on leave @octo/all")
    assert "**succeeded**" in world.receipts[3]
    comments = [one.body for one in world.bot.repository.issues[world.bot.pull.number].comments]
    (told,) = [body for body in comments if "pilothouse:forced" in body]
    assert "@bob: `ada` ended your lock on `production`: bob is on leave @" in told
    assert "@octo/all" not in told  # nobody else is mentioned
    query = select(journal.c.what, journal.c.actor).where(journal.c.kind == "lease")
    rows = await world.bot.database.read(lambda connection: connection.execute(query).all())
    assert [tuple(row) for row in rows] == [
        ("environment locked", "bob"),
        ("environment opened by force", "ada"),
    ]


async def test_a_lock_for_a_time_ends_by_itself(world: Production) -> None:
    await world.say("/lock production load test --for 8h", by="bob")
    assert "until 2026-11-03 17:00 UTC" in world.receipts[0]
    world.bot.clock.advance(timedelta(hours=8))
    await world.say("/deploy production")
    assert len(world.dispatched) == 1
    await world.say("/lock production again --for soon", by="bob")
    assert "**refused** · `bad_flag_value`" in world.receipts[-1]


async def test_a_second_person_cannot_lock_what_is_locked(world: Production) -> None:
    await world.say("/lock production one", by="bob")
    await world.say("/lock production two", by="cy")
    assert "**refused** · `locked`" in world.receipts[1]
    await world.say("/lock production three", by="bob")
    assert "locked by `bob` on #1: three" in world.receipts[2]


async def test_one_lock_closes_every_environment(world: Production) -> None:
    await world.say("/lock * incident 12", by="bob")
    assert "Every environment is locked by `bob` on #1: incident 12." in world.receipts[0]
    assert "it ends with `/unlock *`" in world.receipts[0]
    await world.say("/deploy production")
    assert "**refused** · `locked`" in world.receipts[1]
    assert "Every environment is locked by `bob`" in world.receipts[1]
    await world.say("/unlock production", by="bob")
    assert "**refused** · `not_locked`" in world.receipts[2]
    assert "That ends with `/unlock *`." in world.receipts[2]
    await world.say("/lock staging also", by="cy")
    assert "`staging` is locked by `cy`" in world.receipts[3]
    await world.say("/queue")
    assert "Every environment is locked by `bob`" in world.receipts[4]
    await world.say("/unlock *")
    assert "**refused** · `not_holder`" in world.receipts[5]
    await world.say("/deploy production", by="bob")
    assert len(world.dispatched) == 1
    await world.say("/unlock *", by="bob")
    assert "Every environment is unlocked." in world.receipts[-1]
    assert await lease(world, "*") is None


@pytest.mark.parametrize(
    "command", ["/lock production x", "/unlock production", "/cancel", "/queue", "/deploy production"]
)
async def test_unreadable_lock_state_is_said_and_blocks(world: Production, command: str) -> None:
    await world.say("/lock production mine")
    await world.bot.database.write(
        lambda connection: connection.execute(leases.update().values(kind="mystery"))
    )
    await world.say(command)
    assert "**refused** · `lease_unreadable`" in world.receipts[1]
    assert world.dispatched == []
    await world.say("/status")
    assert "could not be read" in world.receipts[2]
    await sweep(world)


async def test_a_mistyped_environment_is_not_locked(world: Production) -> None:
    await world.say("/lock prodution oops")
    assert "**refused** · `unknown_environment`" in world.receipts[0]
    assert "There are: `staging`, `production`." in world.receipts[0]


async def test_locking_works_while_the_configuration_has_mistakes(world: Production) -> None:
    world.policy("  staging: {workflow: 5}\n")
    await world.say("/lock staging broken policy")
    assert "**refused** · `unknown_environment`" in world.receipts[0]  # GitHub knows no environment yet
    assert "There are: none." in world.receipts[0]


async def test_the_reason_of_a_lock_renders_as_text(world: Production) -> None:
    await world.say("/lock production <img src=x> @octo/all [x](http://evil.example) #7", by="bob")
    assert "<img" not in world.receipts[0].split("\n", 2)[2]
    assert "@octo/all" not in world.receipts[0].split("\n", 2)[2]


async def test_closing_the_pull_request_frees_its_locks(world: Production) -> None:
    await world.say("/lock production mine", by="bob")
    hub, repository = world.bot.hub, world.bot.repository
    issues.set_state(hub.store, repository, world.bot.pull.issue, "closed", world.bot.ada)
    await world.bot.settle()
    assert await lease(world) is None


async def test_merging_the_pull_request_frees_its_locks_although_the_event_is_lost(world: Production) -> None:
    await world.say("/lock production mine", by="bob")
    hub, repository = world.bot.hub, world.bot.repository
    hub.set_webhook(None)
    pulls.merge(hub.store, repository, world.bot.pull, message="Merge", sender=world.bot.ada)
    await world.bot.settle()
    assert await lease(world) is not None
    await sweep(world)
    assert await lease(world) is None


async def test_a_lock_from_an_issue_stays_until_it_is_ended(world: Production) -> None:
    hub, repository = world.bot.hub, world.bot.repository
    issue = issues.open_issue(hub.store, repository, title="Move", body="", author=world.bot.ada)
    issues.write_comment(
        hub.store, repository, issue.number, body="/lock production moving", author=world.bot.ada
    )
    await world.bot.settle()
    held = await lease(world)
    assert held is not None
    assert held.holder.number is None
    issues.set_state(hub.store, repository, issue, "closed", world.bot.ada)
    await world.bot.settle()
    await sweep(world)
    assert await lease(world) is not None


async def test_taking_an_environment_from_a_deployment_stops_it_first(world: Production) -> None:
    await world.say("/deploy production", by="bob")
    (run,) = world.dispatched
    runs.start_job(world.bot.hub.store, runs.add_job(world.bot.hub.store, run, "deploy"))
    await world.say("/unlock production")
    assert "**refused** · `not_locked`" in world.receipts[-1]
    assert "`/cancel` stops the deployment" in world.receipts[-1]
    await world.say("/unlock production --force it hangs")
    await world.pass_time(15, times=3)
    assert run.latest.conclusion == "cancelled"
    assert any("was taken from the deployment" in receipt for receipt in world.receipts)
    assert await lease(world) is None
    assert any("`cancelled`" in receipt and "/deploy" in receipt for receipt in world.receipts)


async def test_nothing_to_unlock(world: Production) -> None:
    await world.say("/unlock production")
    assert "**refused** · `not_locked`" in world.receipts[0]
    assert "`production` is not locked, kept or frozen." in world.receipts[0]


async def test_the_queue_and_the_status_show_who_holds_what(world: Production) -> None:
    await world.say("/queue")
    assert "No environment is held, locked or waited for." in world.receipts[0]
    await world.say("/deploy production")
    await world.say("/deploy production", by="bob")
    await world.say("/lock staging load test", by="cy")
    await world.say("/queue")
    assert "`production` is held by the deployment of" in world.receipts[-1]
    assert "1. `bob` of" in world.receipts[-1]
    assert "`staging` is locked by `cy`" in world.receipts[-1]
    await world.say("/queue STAGING")
    assert "production" not in world.receipts[-1]
    await world.say("/status")
    assert "`staging` is locked by `cy`" in world.receipts[-1]


async def test_cancel_stops_what_waits_and_what_runs(world: Production) -> None:
    await world.say("/cancel")
    assert "**refused** · `nothing_to_cancel`" in world.receipts[0]
    await world.say("/deploy production")
    await world.say("/deploy production", by="bob")
    await world.say("/cancel")
    assert "**refused** · `missing_argument`" in world.receipts[-1]
    (deployment,) = world.deployments
    await world.say(f"/cancel {deployment.id} the wrong region", by="cy")
    assert "was told to stop" in world.receipts[-1]
    await world.pass_time(15, times=2)
    place = Place(repository_id=world.bot.repository.id, environment="production")
    assert await world.bot.database.read(lambda connection: line_of(connection, place).tickets) == ()
    assert len(world.dispatched) == 2  # the next had its turn
    await world.say("/cancel production")
    await world.pass_time(15, times=2)
    assert await lease(world) is None
