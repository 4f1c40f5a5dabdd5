"""The harbour that the tests of acts lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.merging import Harbour, harbour

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Harbour]:
    """A pull request of a repository where one check counts."""
    async with harbour(tmp_path) as opened:
        yield opened
