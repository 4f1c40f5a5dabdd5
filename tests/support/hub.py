"""The local GitHub as a fixture: in process, recorded, and held against GitHub's description afterwards."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.localhub.server import LocalHub
from tests.support import github_description

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def wall_clock() -> datetime:
    """This function will give the real time in UTC."""
    return datetime.now(UTC)


def record_file(directory: Path) -> Path:
    """This function will name a new record, where CI collects them if it does."""
    collected = os.environ.get("PILOTHOUSE_TRAFFIC_DIR")
    place = Path(collected) if collected else directory
    place.mkdir(parents=True, exist_ok=True)
    return place / f"traffic-{uuid.uuid4().hex}.jsonl"


def assert_true_to_github(record: Path) -> None:
    """This function will fail if recorded traffic is not what GitHub describes."""
    with record.open("rb") as lines:
        found = github_description.violations(lines)
    assert not found, "traffic that GitHub does not describe:\n" + "\n".join(found[:20])


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LocalHub]:
    """A local GitHub whose whole traffic must be as GitHub describes it."""
    record = record_file(tmp_path)
    started = await LocalHub.start(clock=wall_clock, record=record)
    yield started
    await started.close()
    assert_true_to_github(record)
    if record.is_relative_to(tmp_path):
        record.unlink()
