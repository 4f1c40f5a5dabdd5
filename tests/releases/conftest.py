"""A repository that releases, with the whole bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.releasing import Shipyard, shipping

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def yard(tmp_path: Path) -> AsyncIterator[Shipyard]:
    """A repository that releases."""
    async with shipping(tmp_path) as opened:
        yield opened
