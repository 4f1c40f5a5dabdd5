"""The dashboard of the running bot follows what becomes of repositories on GitHub."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.localhub.state import accounts
from tests.support.signing_in import Browser
from tests.support.waiting import until

if TYPE_CHECKING:
    from bot.demo.world import World

pytestmark = pytest.mark.timeout(180)

PERSON = "wren"


async def _answers(browser: Browser, name: str, status: int) -> bool:
    """Who asks too often is answered 429, and asks again."""
    return (await browser.get(f"/repos/{name}")).status == status


async def test_a_rename_a_deletion_and_a_repository_made_private_show_at_once(world: World) -> None:
    """Sooner than a sweep, and sooner than people's own lists are asked for again."""
    store, harbour, breakwater = world.hub.store, world.harbour.repository, world.breakwater.repository
    person = store.user(PERSON)
    for repository in (harbour, breakwater):
        accounts.set_visibility(store, repository, private=False)
        accounts.set_role(repository, person, "read")
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(world.bot.url, cookie_jar=jar) as session:
        browser = Browser(session, world.hub)
        assert (await browser.sign_in(PERSON, to="/")).status == 303
        for repository in (harbour, breakwater):
            await until(partial(_answers, browser, repository.full_name, 200))

        old = harbour.full_name
        accounts.rename(store, harbour, "haven")
        await until(partial(_answers, browser, harbour.full_name, 200))
        await until(partial(_answers, browser, old, 404))

        accounts.set_visibility(store, harbour, private=True)
        accounts.set_role(harbour, person, "none")
        await until(partial(_answers, browser, harbour.full_name, 404))

        await until(partial(_answers, browser, breakwater.full_name, 200))
        accounts.delete_repository(store, breakwater)
        await until(partial(_answers, browser, breakwater.full_name, 404))
