"""The set-up served in process before a local GitHub without an App, and a browser without a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.support.clock import Clock
from tests.support.onboarding import appless_hub
from tests.support.set_ups import Browser, SetUp, serving_first_half

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.server import LocalHub


@pytest.fixture
def clock() -> Clock:
    """A clock that the test sets."""
    return Clock()


@pytest.fixture
async def bare(clock: Clock) -> AsyncIterator[LocalHub]:
    """A local GitHub on which no App is registered; it is not recorded, for wrong codes are no traffic of GitHub's."""
    async with appless_hub(clock=clock) as hub:
        hub.store.user("ada")
        yield hub


@pytest.fixture
async def set_up(bare: LocalHub, clock: Clock, tmp_path: Path) -> AsyncIterator[SetUp]:
    """The first half of a set-up."""
    async with serving_first_half(bare, tmp_path / "credentials.toml", clock=clock) as made:
        yield made


@pytest.fixture
async def ada(set_up: SetUp) -> AsyncIterator[Browser]:
    """A browser that was let in."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        browser = Browser(set_up.url, set_up.hub, session)
        await browser.get(f"/setup?token={set_up.door.token}")
        yield browser
