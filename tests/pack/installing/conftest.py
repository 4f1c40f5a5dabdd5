"""A repository of the local GitHub whose App may change workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.server import LocalHub
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.installing import Site, app_that_may, open_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LocalHub]:
    """A local GitHub whose App may change workflows, held against GitHub's description afterwards."""
    record = record_file(tmp_path)
    started = await LocalHub.start(clock=wall_clock, settings=app_that_may(), record=record)
    yield started
    await started.close()
    assert_true_to_github(record)


@pytest.fixture
def site(hub: LocalHub) -> Site:
    return open_site(hub)
