"""The story that deployment flows are told in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.story import Story, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    """A pull request on the local GitHub, and the bot's flows."""
    async with told(tmp_path) as opened:
        yield opened


@pytest.fixture
def deployable(story: Story) -> None:
    """The head's checks are green and there are two environments."""
    story.check("success")
    story.environment("staging", "production")
