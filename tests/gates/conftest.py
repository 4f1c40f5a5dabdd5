"""The gate that the tests of stories stand at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.gates import AtGate, at_gate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[AtGate]:
    """A pull request whose deployment to production needs one approval."""
    async with at_gate(tmp_path) as opened:
        yield opened
