"""A work tree, reached in each of the two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.driving_hosts import WAYS
from tests.support.working import bench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.working import Bench


@pytest.fixture(params=WAYS)
async def work(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """An agent's work tree on this machine, reached in each of the two ways."""
    async with bench(request.param, tmp_path) as made:
        yield made


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Bench]:
    """An agent's work tree on the machine of the bot."""
    async with bench("local", tmp_path) as made:
        yield made
