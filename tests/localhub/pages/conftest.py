"""The visitor of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.pages import visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.pages import Visitor


@pytest.fixture
async def ada() -> AsyncIterator[Visitor]:
    """Someone looks at the pages."""
    async with visitor() as made:
        yield made
