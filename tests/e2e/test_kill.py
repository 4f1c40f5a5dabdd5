"""The promise of the whole product, with real processes: nothing is lost and nothing is said twice."""

from __future__ import annotations

import os
from contextlib import suppress
from signal import SIGKILL
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.audit.chain import follow
from bot.audit.model import Kind
from bot.audit.store import all_entries
from bot.demo.process import BotProcess
from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.server import LocalHub
from bot.storage.database import Database
from tests.support.harbour import Harbour
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.no_cover
# `make soak` plays it long.
PULLS = 80 if os.environ.get("PILOTHOUSE_TEST_SOAK") else 8


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LocalHub]:
    record = record_file(tmp_path)
    started = await LocalHub.start(clock=wall_clock, record=record)
    yield started
    await started.close()
    assert_true_to_github(record)


@pytest.fixture
async def bot(hub: LocalHub, tmp_path: Path) -> AsyncIterator[BotProcess]:
    process = BotProcess(hub, tmp_path)
    yield process
    await process.stop()


async def kill(bot: BotProcess) -> None:
    """Kill the web process and its worker as the kernel does when memory runs out."""
    assert bot.process is not None
    with suppress(psutil.NoSuchProcess):
        family = [psutil.Process(bot.process.pid)]
        family += family[0].children(recursive=True)
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(SIGKILL)
    await bot.process.wait()


def trouble(hub: LocalHub) -> None:
    """Lose, repeat and reorder deliveries; fail calls before and after they were done; limit now and then."""
    hub.faults.add(
        DeliveryFault(kind="fail", probability=0.1),
        DeliveryFault(kind="duplicate", probability=0.1),
        DeliveryFault(kind="delay", probability=0.3, seconds=0.2),
        Fault(kind="status", path="^/repos/", status=502, probability=0.025),
        Fault(kind="status", path="^/repos/", status=502, probability=0.025, after=True),
        Fault(kind="secondary", path="^/repos/", probability=0.01, retry_after=1),
    )


@pytest.mark.timeout(900 if PULLS > 10 else 240)
async def test_nothing_is_lost_and_nothing_is_said_twice(
    hub: LocalHub, bot: BotProcess, tmp_path: Path
) -> None:
    """Every red pull request gets its one summary and every command its one receipt, through two kills."""
    harbour = Harbour(hub)
    trouble(hub)
    await bot.start(seconds=60)
    hub.set_webhook(f"{bot.url}/webhook")

    third = PULLS // 3 + 1
    for number in range(third):
        harbour.play(number)
    await until(lambda: bool(harbour.receipts()), within=60)  # it is in the middle of its work
    await kill(bot)
    for number in range(third, 2 * third):  # nobody listens: every delivery fails
        harbour.play(number)
    await hub.settle()
    await bot.start(seconds=60)
    for number in range(2 * third, PULLS):
        harbour.play(number)
    answered = len(harbour.receipts())
    await until(lambda: len(harbour.receipts()) > answered, within=60)
    await kill(bot)
    await hub.settle()
    hub.faults.deliveries.clear()
    await bot.start(seconds=60)  # at start-up the reconciler asks for what failed

    await harbour.all_said(bot, within=600 if PULLS > 10 else 120)
    await bot.stop()
    assert len(hub.deliveries.listed) >= 200
    assert any(one.redelivery for one in hub.deliveries.listed)
    assert set(harbour.receipts().values()) == {1}
    for pull, _ in harbour.pulls:
        assert sum("pilothouse:summary" in body for body in harbour.said(pull)) == 1
    assert len(harbour.checks()) == len(harbour.pulls)
    for comment in harbour.commands:
        assert [reaction.content for reaction in comment.reactions] == ["eyes"]
    commands = await journalled(f"sqlite:///{tmp_path / 'pilothouse.db'}")
    assert commands == len(harbour.commands)


async def journalled(url: str) -> int:
    """This function will follow the journal to its end and count the commands that it has."""
    database = Database(url)
    database.open()
    try:
        entries = await database.read(lambda connection: list(all_entries(connection)))
    finally:
        database.close()
    assert [checked.broken for checked in follow(entries)] == [None]
    return sum(linked.entry.kind is Kind.COMMAND for linked in entries)


async def test_a_worker_that_is_killed_is_started_again(hub: LocalHub, bot: BotProcess) -> None:
    harbour = Harbour(hub)
    await bot.start(seconds=60)
    hub.set_webhook(f"{bot.url}/webhook")
    assert bot.process is not None
    parent = psutil.Process(bot.process.pid)
    await until(lambda: bool(parent.children()))
    (worker,) = parent.children()
    worker.send_signal(SIGKILL)
    harbour.play(0)
    await harbour.all_said(bot, within=60)
    assert parent.children() != [worker]
    await bot.stop()


async def test_a_stop_leaves_nobody_behind_and_is_quick(bot: BotProcess) -> None:
    await bot.start(seconds=60)
    assert bot.process is not None
    family = psutil.Process(bot.process.pid).children()
    await bot.stop()
    assert bot.process.returncode == 0
    assert not any(each.is_running() for each in family)
