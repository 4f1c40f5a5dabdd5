"""A deployment waits for its environment, keeps it alive and gives it back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from bot.commands.model import Reason
from bot.deployments.leases.model import HoldKind
from bot.deployments.leases.rows import line_of
from bot.deployments.leases.rules import DISPATCHING
from bot.deployments.leases.store import hold, release
from bot.deployments.model import Task
from bot.gates.model import About
from bot.localhub.faults import Fault
from bot.localhub.state import runs
from bot.storage.trust_tables import journal, leases
from tests.support.errands import Harbour
from tests.support.leases import lock

if TYPE_CHECKING:
    from tests.support.story import Story


@pytest.fixture
def harbour(story: Story) -> Harbour:
    return Harbour(story)


async def test_each_in_its_turn_and_woken_at_once(harbour: Harbour) -> None:
    await harbour.send("a", "b", "c")
    assert harbour.entered == ["a"]
    await harbour.finish("a")
    assert harbour.entered == ["a", "b"]
    await harbour.finish("b")
    await harbour.finish("c")
    assert harbour.errands.log == [
        ("enter", "a", 1),
        ("leave", "a", 1),
        ("enter", "b", 2),
        ("leave", "b", 2),
        ("enter", "c", 3),
        ("leave", "c", 3),
    ]
    assert await harbour.lease() is None


async def test_the_receipt_shows_the_place_in_the_queue_and_moves_up(harbour: Harbour) -> None:
    await harbour.send("a", "b", "c")
    waiting = harbour.story.receipts[1]
    assert "**queued** · `in_turn`" in waiting
    assert "Number 2 in the queue for `production`" in waiting
    assert "1. `ada` of [`1a2b3c4`]" in waiting
    calls = len(harbour.story.calls)
    await harbour.pass_time(4)
    assert len(harbour.story.calls) == calls  # what has not changed is not written again
    await harbour.finish("a")
    await harbour.pass_time(2)
    assert "Number 1 in the queue" in harbour.story.receipts[1]


async def test_a_lost_message_delays_and_never_loses(harbour: Harbour) -> None:
    await harbour.send("a", "b")
    lease = await harbour.lease()
    assert lease is not None
    await harbour.change(lambda connection: release(connection, lease, now=harbour.story.clock()))
    assert harbour.entered == ["a"]
    await harbour.pass_time(2)
    assert harbour.entered == ["a", "b"]


async def test_a_cancelled_contender_leaves_the_queue(harbour: Harbour) -> None:
    await harbour.send("a", "b", "c")
    await harbour.tell("b", About.CANCEL, by="grace", text="not today")
    refused = harbour.errands.refused["b"]
    assert refused.reason is Reason.CANCELLED
    assert refused.text == (
        "Taken out of the queue for `production` by `grace`: not today. Nothing was deployed."
    )
    await harbour.finish("a")
    assert harbour.entered == ["a", "c"]


async def test_a_lock_refuses_whoever_comes_and_whoever_waits(harbour: Harbour) -> None:
    await harbour.send("a", "b")
    now = harbour.story.clock()
    await harbour.change(lambda connection: hold(connection, harbour.place, lock(), now=now, until=None))
    await harbour.send("c")
    await harbour.finish("a")
    assert {name: refused.reason for name, refused in harbour.errands.refused.items()} == {
        "b": Reason.LOCKED,
        "c": Reason.LOCKED,
    }
    assert "will be locked, as soon as it is free, by `grace`" in harbour.errands.refused["b"].text
    assert "`/unlock production --force REASON`" in harbour.errands.refused["b"].text


async def test_a_frozen_environment_takes_a_rollback(harbour: Harbour) -> None:
    now, frozen = harbour.story.clock(), lock("f", kind=HoldKind.FREEZE)
    await harbour.change(lambda connection: hold(connection, harbour.place, frozen, now=now, until=None))
    await harbour.send("a")
    assert harbour.errands.refused["a"].reason is Reason.ENVIRONMENT_FROZEN
    await harbour.send("r", task=Task.ROLLBACK)
    await harbour.finish("r")
    assert harbour.entered == ["r"]
    lease = await harbour.lease()
    assert lease is not None
    assert lease.holder == frozen


async def test_what_waits_for_a_day_is_no_longer_wanted(harbour: Harbour) -> None:
    await harbour.send("a", "b")
    await harbour.pass_time(24 * 60)
    assert harbour.errands.refused["b"].reason is Reason.TIME_LIMIT
    await harbour.finish("a")
    assert harbour.entered == ["a"]


async def test_unreadable_lock_state_blocks(harbour: Harbour) -> None:
    await harbour.send("a")
    await harbour.change(lambda connection: connection.execute(leases.update().values(kind="mystery")))
    await harbour.send("b")
    assert harbour.errands.refused["b"].reason is Reason.LEASE_UNREADABLE
    assert "'mystery' is no kind of lease" in harbour.errands.refused["b"].text


async def test_a_store_that_does_not_answer_is_asked_again_before_it_blocks(
    harbour: Harbour,
) -> None:
    await harbour.change(lambda connection: connection.exec_driver_sql("alter table leases rename to gone"))
    await harbour.send("a", "b")
    assert harbour.errands.refused == {}
    await harbour.change(lambda connection: connection.exec_driver_sql("alter table gone rename to leases"))
    harbour.story.clock.advance(timedelta(seconds=10))
    await harbour.engine.drain()
    assert harbour.entered == ["a"]
    await harbour.change(lambda connection: connection.exec_driver_sql("alter table leases rename to gone"))
    for _ in range(12):
        await harbour.pass_time(2)
    assert harbour.errands.refused["b"].reason is Reason.LEASE_UNREADABLE
    assert (
        "leave",
        "a",
        1,
    ) in harbour.errands.log  # its time was over, and nobody could say whose turn it is


async def test_a_crash_at_any_step_repeats_nothing(story: Story) -> None:
    harbour = Harbour(story, repeat_every_step=True)
    await harbour.send("a", "b")
    await harbour.finish("a")
    await harbour.finish("b")
    assert sorted(set(harbour.errands.log)) == [
        ("enter", "a", 1),
        ("enter", "b", 2),
        ("leave", "a", 1),
        ("leave", "b", 2),
    ]


@pytest.mark.parametrize("step", ["lease", "renew", "give back"])
async def test_a_killed_process_loses_no_turn(harbour: Harbour, step: str) -> None:
    harbour.engine.crash_in(step)
    await harbour.send("a", "b")
    await harbour.finish("a")
    await harbour.pass_time(2)
    assert harbour.entered == ["a", "b"]


async def test_a_holder_that_fell_silent_is_replaced_once_its_workflow_run_is_over(harbour: Harbour) -> None:
    """Its own flow is gone for good: nobody renews."""
    story = harbour.story
    run = story.check(None)
    await harbour.send("a", workflow_run_id=run.id)
    await harbour.engine.restart()
    del harbour.engine.runs["a"]
    await harbour.send("b")
    await harbour.pass_time(20)
    assert harbour.entered == ["a"]
    assert "but its workflow run has not ended" in story.receipts[-1]
    runs.finish_run(story.hub.store, run, "failure")
    await harbour.pass_time(2)
    assert harbour.entered == ["a", "b"]


async def test_a_silent_holder_with_a_deleted_workflow_run_is_replaced(harbour: Harbour) -> None:
    await harbour.send("a", workflow_run_id=999_999)
    await harbour.engine.restart()
    del harbour.engine.runs["a"]
    await harbour.send("b")
    await harbour.pass_time(20)
    assert harbour.entered == ["a", "b"]


async def test_nobody_is_replaced_while_github_does_not_say(harbour: Harbour) -> None:
    run = harbour.story.check(None)
    await harbour.send("a", workflow_run_id=run.id)
    await harbour.engine.restart()
    del harbour.engine.runs["a"]
    await harbour.send("b")
    harbour.story.hub.faults.add(Fault(kind="status", path="/actions/runs/", status=500))
    await harbour.pass_time(20)
    assert harbour.entered == ["a"]


async def test_a_holder_about_to_dispatch_is_not_replaced(harbour: Harbour) -> None:
    await harbour.send("a", workflow_run_id=DISPATCHING)
    await harbour.engine.restart()
    del harbour.engine.runs["a"]
    await harbour.send("b")
    await harbour.pass_time(30)
    assert harbour.entered == ["a"]


async def test_a_holder_that_lost_its_lease_hears_of_it(harbour: Harbour) -> None:
    await harbour.send("a")
    lease = await harbour.lease()
    assert lease is not None
    await harbour.change(lambda connection: release(connection, lease, now=harbour.story.clock()))
    await harbour.send("b")
    await harbour.pass_time(2)
    assert harbour.entered == ["a", "b"]
    after = await harbour.lease()
    assert after is not None
    assert after.holder.run_id == "b"  # what the old holder gave back was not its own any more


async def test_the_journal_knows_who_held_what(harbour: Harbour) -> None:
    await harbour.send("a")
    await harbour.finish("a")
    query = select(journal.c.what, journal.c.actor, journal.c.subject).where(journal.c.kind == "lease")
    rows = await harbour.story.database.read(lambda connection: connection.execute(query).all())
    assert [tuple(row) for row in rows] == [
        ("lease taken", "ada", "#5 production 1a2b3c4"),
        ("lease given back", "ada", "#5 production 1a2b3c4"),
    ]


async def test_whoever_leaves_wakes_the_next(harbour: Harbour) -> None:
    await harbour.send("a", "b", "c")
    await harbour.change(lambda connection: connection.execute(delete(leases)))
    assert (
        len(await harbour.story.database.read(lambda connection: line_of(connection, harbour.place).tickets))
        == 2
    )
    await harbour.tell("b", About.CANCEL)
    assert harbour.entered == ["a", "c"]
    assert harbour.errands.refused["b"].text.startswith("Taken out of the queue for `production`. ")
