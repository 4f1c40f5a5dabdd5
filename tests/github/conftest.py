"""A client before a scripted server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.raw_github import Bench, raw_bench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with raw_bench() as made:
        yield made
