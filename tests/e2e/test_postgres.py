"""The processes of a Procfile platform on PostgreSQL: one web process, two workers, one of them killed."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from bot.demo.process import BotProcess
from bot.localhub.server import LocalHub
from tests.support.harbour import Harbour
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.postgres

PULLS = 6


async def worker(stack: AsyncExitStack, bot: BotProcess) -> asyncio.subprocess.Process:
    """Start one more worker beside the web process."""
    log = stack.enter_context(bot.log.open("ab"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "worker", env=bot.environment(), stdout=log, stderr=log
    )
    stack.push_async_callback(stop, process)
    return process


async def stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        await process.wait()


async def test_two_workers_share_the_work_and_one_may_die(postgres_url: str, tmp_path: Path) -> None:
    record = record_file(tmp_path)
    hub = await LocalHub.start(clock=wall_clock, record=record)
    web = (sys.executable, "-m", "bot", "web")
    bot = BotProcess(hub, tmp_path, command=web, database_url=postgres_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(hub.close)
        await bot.start(seconds=60)
        stack.push_async_callback(bot.stop)
        hub.set_webhook(f"{bot.url}/webhook")
        first = await worker(stack, bot)
        await worker(stack, bot)
        harbour = Harbour(hub)
        for number in range(PULLS):
            harbour.play(number)
        await until(lambda: bool(harbour.receipts()), within=60)
        first.kill()
        for number in range(PULLS, PULLS + 2):
            harbour.play(number)
        await harbour.all_said(bot, within=120)
        assert set(harbour.receipts().values()) == {1}
        for pull, _ in harbour.pulls:
            assert sum("pilothouse:summary" in body for body in harbour.said(pull)) == 1
    assert_true_to_github(record)
