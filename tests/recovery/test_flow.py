from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.store import known_attempts, reports_of
from bot.github.models import Sha
from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import accounts
from bot.recovery.rules import GRACE
from bot.storage.deliveries.model import DeliveryQuery
from bot.storage.inbox import Delivery
from handlers.schedule import SCHEDULES
from tests.support.bot import Bot, serving
from tests.support.inbox import done

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RUST = "pr-rust-test-petgraph-uf"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


async def tick(bot: Bot, name: str) -> None:
    """Let the clock strike for one schedule."""
    bot.clock.advance(2 * GRACE)
    (schedule,) = (each for each in SCHEDULES if each.name == name)
    await bot.engine.submit([schedule.start(bot.clock())])
    await bot.settle()


def redeliveries(bot: Bot) -> int:
    return sum(one.redelivery for one in bot.hub.deliveries.listed)


async def test_failed_deliveries_are_asked_for_and_then_acted_on(bot: Bot) -> None:
    bot.hub.faults.add(DeliveryFault(kind="fail", event="workflow_run"))
    bot.ci({"test": RUST})
    await bot.settle()
    assert bot.summaries() == []
    bot.hub.faults.deliveries.clear()
    await tick(bot, "reconcile")
    assert len(bot.summaries()) == 1


async def test_what_is_settled_is_not_read_again(bot: Bot) -> None:
    bot.hub.faults.add(DeliveryFault(kind="fail", event="workflow_run"))
    bot.ci({"test": RUST})
    await bot.settle()
    bot.hub.faults.deliveries.clear()
    await tick(bot, "reconcile")
    asked = redeliveries(bot)
    assert asked > 0
    listed = {one.guid for one in bot.hub.deliveries.listed}
    for guid in listed:
        await put_done(bot, guid)
    await tick(bot, "reconcile")
    assert redeliveries(bot) == asked


async def put_done(bot: Bot, guid: str) -> None:
    """Make the inbox know a delivery as processed, as the dispatcher does."""
    delivery = Delivery(guid=guid, event="workflow_run", action="completed", installation_id=1, body=b"{}")
    await bot.wiring.inbox.put(delivery)
    rows = await bot.wiring.inbox.take(lambda _: 100, 100)
    await bot.wiring.inbox.finish(done(row.sequence for row in rows))


async def test_an_event_that_was_never_sent_is_found_by_the_sweep(bot: Bot) -> None:
    bot.hub.faults.add(DeliveryFault(kind="lose", event="workflow_run"))
    bot.ci({"test": RUST})
    await bot.settle()
    await tick(bot, "reconcile")
    assert bot.summaries() == []
    await tick(bot, "sweep")
    assert len(bot.summaries()) == 1
    calls = len(bot.calls)
    await tick(bot, "sweep")
    writes = [call.operation for call in bot.calls[calls:] if "create" in call.operation]
    assert [name for name in writes if "access-token" not in name] == []


async def test_a_repository_that_is_gone_does_not_stop_the_sweep(bot: Bot) -> None:
    other = accounts.create_repository(bot.hub.store, "aaa/gone", files={"a": "1"})
    accounts.install(bot.hub.store, bot.hub.app, other)
    bot.hub.faults.add(
        DeliveryFault(kind="lose", event="workflow_run"),
        Fault(kind="status", method="GET", path="/repos/aaa/gone/", status=404),
    )
    bot.ci({"test": RUST})
    await bot.settle()
    await tick(bot, "sweep")
    assert len(bot.summaries()) == 1


async def test_housekeeping_forgets_what_is_old_and_keeps_what_is_new(bot: Bot) -> None:
    run = bot.ci({"test": RUST})
    await bot.settle()
    sha = Sha(bot.pull.head_sha)
    bot.clock.advance(timedelta(days=29))
    await tick(bot, "housekeeping")
    assert await reports_of(bot.database, bot.ref, run.id, 1)
    bot.clock.advance(timedelta(days=2))
    await tick(bot, "housekeeping")
    assert not await reports_of(bot.database, bot.ref, run.id, 1), "what stood in the log is forgotten first"
    assert await known_attempts(bot.database, bot.ref, sha)
    bot.clock.advance(timedelta(days=60))
    await tick(bot, "housekeeping")
    assert not await known_attempts(bot.database, bot.ref, sha)


async def test_payloads_are_forgotten_after_the_hours_that_the_operator_set(bot: Bot) -> None:
    inbox, keep = bot.wiring.inbox, timedelta(hours=bot.wiring.settings.web.keep_payload_hours)
    await put_done(bot, "g")
    (known,) = await inbox.deliveries(DeliveryQuery(repositories=None))
    bot.clock.advance(keep - timedelta(hours=1))
    await tick(bot, "forget_payloads")
    assert await inbox.payload_of(known.sequence) == b"{}"
    bot.clock.advance(timedelta(hours=1))
    await tick(bot, "forget_payloads")
    assert await inbox.payload_of(known.sequence) is None
    assert len(await inbox.deliveries(DeliveryQuery(repositories=None))) == 1
