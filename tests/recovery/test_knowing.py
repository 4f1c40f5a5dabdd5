"""A whole bot comes to know its repositories: from GitHub's lists and from what happens to installations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import DeliveryFault
from bot.localhub.state import accounts
from bot.recovery.known import KnownRepository, repository_named
from handlers.schedule import SCHEDULES
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path, repeat_every_step=True) as opened:
        yield opened


async def known(bot: Bot, name: str) -> KnownRepository | None:
    return await bot.database.read(lambda connection: repository_named(connection, name))


async def sweep(bot: Bot) -> None:
    bot.clock.advance(timedelta(minutes=10))
    (schedule,) = (each for each in SCHEDULES if each.name == "sweep")
    await bot.engine.submit([schedule.start(bot.clock())])
    await bot.settle()


async def test_the_sweep_finds_every_repository_and_forgets_those_that_are_gone(bot: Bot) -> None:
    """Names, visibility and removals that no event told of hold after the next sweep."""
    other = accounts.create_repository(bot.hub.store, "fleet/raft", files={"a": "1"})
    bot.hub.faults.add(DeliveryFault(kind="lose", event="installation"))
    installation = accounts.install(bot.hub.store, bot.hub.app, other)
    await bot.settle()
    assert await known(bot, "fleet/raft") is None
    await sweep(bot)
    assert await known(bot, bot.ref.full_name) is not None
    assert await known(bot, "fleet/raft") is not None
    other.name = "ship"
    other.private = True
    await sweep(bot)
    assert await known(bot, "fleet/raft") is None
    found = await known(bot, "fleet/ship")
    assert found is not None
    assert found.is_private
    del bot.hub.store.installations[installation.id]
    await sweep(bot)
    assert await known(bot, "fleet/ship") is None
    assert await known(bot, bot.ref.full_name) is not None


async def test_an_installation_tells_of_its_repositories_until_it_is_removed(bot: Bot) -> None:
    """Installed, the repositories are known with their default branch at once; uninstalled, they are gone at once."""
    other = accounts.create_repository(bot.hub.store, "fleet/raft", files={"a": "1"})
    installation = accounts.install(bot.hub.store, bot.hub.app, other)
    await bot.settle()
    found = await known(bot, "fleet/raft")
    assert found is not None
    assert (found.installation_id, found.default_branch) == (installation.id, other.default_branch)
    accounts.uninstall(bot.hub.store, installation)
    await bot.settle()
    assert await known(bot, "fleet/raft") is None
