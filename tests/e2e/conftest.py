"""A real browser before the bot as a real process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.demo.world import open_world
from tests.support.browser import browsing
from tests.support.pages import clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from bot.demo.world import World


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; without one the test is skipped, but failed in CI."""
    async with browsing() as started:
        yield started


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The bot as a real process beside a local GitHub whose jobs take little time."""
    async with open_world(clock=clock, pace=0.3) as made:
        yield made
