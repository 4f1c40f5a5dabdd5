"""A client before a scripted server, and one before the local GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.github_world import World, world_of
from tests.support.raw_github import Bench, raw_bench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.server import LocalHub


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with raw_bench() as made:
        yield made


@pytest.fixture
async def world(hub: LocalHub) -> AsyncIterator[World]:
    async with world_of(hub) as made:
        yield made
