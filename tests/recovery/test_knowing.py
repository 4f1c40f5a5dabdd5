"""A whole bot comes to know its repositories: from GitHub's lists and from what happens to installations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import DeliveryFault
from bot.localhub.state import accounts, git
from bot.recovery.knowing import KnowRepositories, Sightings
from bot.recovery.known import KnownRepository, repository_named
from bot.recovery.store import NARROWED, watermark
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


async def test_a_renamed_repository_is_known_by_its_new_name_at_once(bot: Bot) -> None:
    """Whoever takes the old name is another repository."""
    accounts.rename(bot.hub.store, bot.repository, "breakwater")
    await bot.settle()
    assert await known(bot, bot.ref.full_name) is None
    found = await known(bot, bot.repository.full_name)
    assert found is not None
    assert (found.repository_id, found.default_branch) == (bot.ref.id, bot.repository.default_branch)


async def test_another_default_branch_is_known_at_once(bot: Bot) -> None:
    git.push(
        bot.hub.store, bot.repository, "next", files={"a": "1"}, message="Next", author=bot.repository.owner
    )
    accounts.set_default_branch(bot.hub.store, bot.repository, "next")
    await bot.settle()
    found = await known(bot, bot.ref.full_name)
    assert found is not None
    assert found.default_branch == "next"


async def test_a_deleted_repository_is_gone_at_once_and_stays_gone(bot: Bot) -> None:
    """What is told of it later, by events that were on their way, does not bring it back."""
    other = accounts.create_repository(bot.hub.store, "fleet/raft", files={"a": "1"})
    accounts.install(bot.hub.store, bot.hub.app, other)
    await bot.settle()
    assert await known(bot, "fleet/raft") is not None
    sightings = Sightings(database=bot.database, clock=bot.clock)
    read = sightings.noting(lambda _name, _payload, _guid: ())
    payload = {
        "action": "deleted",
        "repository": {"id": other.id, "full_name": other.full_name, "private": True},
        "installation": {"id": bot.ref.installation_id},
    }
    read("push", payload, "guid-1")
    bot.clock.advance(timedelta(seconds=1))
    accounts.delete_repository(bot.hub.store, other)
    await bot.settle()
    read("repository", payload, "guid-2")
    await sightings.write()
    assert await known(bot, "fleet/raft") is None


async def test_visibility_is_followed_and_who_may_read_is_asked_again(bot: Bot) -> None:
    """Made public, nobody may read less than before; made private, some may."""
    private = bot.repository.private
    assert private
    accounts.set_visibility(bot.hub.store, bot.repository, private=False)
    await bot.settle()
    found = await known(bot, bot.ref.full_name)
    assert found is not None
    assert not found.is_private
    assert await watermark(bot.database, NARROWED) is None
    bot.clock.advance(timedelta(minutes=1))
    accounts.set_visibility(bot.hub.store, bot.repository, private=True)
    await bot.settle()
    found = await known(bot, bot.ref.full_name)
    assert found is not None
    assert found.is_private
    assert await watermark(bot.database, NARROWED) == bot.clock()


async def test_an_event_about_a_name_that_another_repository_has_now_tells_of_both(bot: Bot) -> None:
    """Events come late and in any order: what holds is what GitHub says when it is asked."""
    bot.hub.faults.add(DeliveryFault(kind="lose", event="repository"))
    old = bot.ref.full_name
    accounts.rename(bot.hub.store, bot.repository, "breakwater")
    other = accounts.create_repository(bot.hub.store, old, files={"a": "1"})
    accounts.install(bot.hub.store, bot.hub.app, other)
    await bot.settle()
    late = KnowRepositories(
        installation_id=bot.ref.installation_id,
        is_gone=False,
        cause="late",
        repository_id=bot.ref.id,
        full_name=old,
    )
    await bot.engine.submit([late.start()])
    await bot.settle()
    found = await known(bot, old)
    assert found is not None
    assert found.repository_id == other.id
