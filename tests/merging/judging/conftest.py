"""The repository of which facts are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state.protections import Protection, RequiredCheck
from tests.support.story import Story, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    """A pull request on the local GitHub, whose base requires one check."""
    async with told(tmp_path) as opened:
        opened.repository.protections["main"] = Protection(checks=(RequiredCheck(context="test"),))
        yield opened
