"""What tests of examinations share: a repository to be examined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.examined import examined_patient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.examined import Patient


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Patient]:
    """A repository whose every exchange is held against GitHub's description, also of settings."""
    # not where CI collects records: its own description has no settings
    async with examined_patient(tmp_path / "traffic.jsonl") as made:
        yield made
