"""What tests of signing in share: a GitHub with two repositories, an application, a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.server import LocalHub
from bot.localhub.state import accounts
from tests.support.clock import Clock
from tests.support.signing_in import Browser, Signing, signing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    """The time of the application and of GitHub."""
    return Clock()


@pytest.fixture
async def hub(clock: Clock) -> AsyncIterator[LocalHub]:
    """A GitHub, unrecorded: its description in CI has no operation about what people can read."""
    started = await LocalHub.start(clock=clock)
    rocket = accounts.create_repository(started.store, "acme/rocket")
    secret = accounts.create_repository(started.store, "acme/secret")
    accounts.install(started.store, started.app, rocket, secret)
    accounts.set_role(rocket, started.store.user("ada"), "write")
    yield started
    await started.close()


@pytest.fixture
async def site(hub: LocalHub, clock: Clock, tmp_path: Path) -> AsyncIterator[Signing]:
    """An application that people sign in to."""
    async with signing(hub, clock, tmp_path) as made:
        yield made


@pytest.fixture
async def ada(site: Signing) -> Browser:
    """A browser in which Ada has signed in."""
    browser = await site.browser()
    assert (await browser.sign_in("ada")).status == 303
    return browser
