"""Every page over PostgreSQL, whose SQL is stricter than SQLite's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.storage.database import Database
from bot.web.dashboard.addresses import Addresses
from tests.support.crawling import walk
from tests.support.dashboard import HOME, OPERATOR, board_over, reader_of
from tests.support.diagnosis import REPOSITORY
from tests.support.history import FLAKY
from tests.support.thousand import save_thousand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]
# The same lines are measured over SQLite.
pytestmark = [pytest.mark.postgres, pytest.mark.no_cover]
# What has rows only in an inbox, which is not of this database.
_ELSEWHERE = {"delivery"}


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    made = Database(postgres_url)
    made.open()
    await save_thousand(made)
    yield made
    made.close()


async def test_every_page_opens_and_every_filter_is_understood(database: Database, tmp_path: Path) -> None:
    async with board_over(database, tmp_path, viewer=OPERATOR) as board:
        walked = await walk(board)
        assert {page.name for page in Addresses.load().pages} - walked.by_page.keys() <= _ELSEWHERE
        for address in (
            "/?q=b%25o_a&need=red",
            "/?after=octo/a",
            "/queue?q=boat",
            "/audit?actor=wren&kind=command&what=merge&repository=octo/boat",
            f"{HOME}/audit?what=deploy&before=3",
            f"{HOME}/failures?branch=keel&cause=test&before=2026-03-01T00:00:00%2B00:00~f",
            f"{HOME}/failures/{FLAKY.fingerprint[:8]}",
            "/costs?name=hull&stage=frozen",
            "/agents?name=hull&state=dead&after=stuck~fleet-00/hull-0~builder",
            "/costs?after=0.5~fleet-00/hull-0",
        ):
            await board.see(address)
        board.viewer = reader_of((REPOSITORY.id, REPOSITORY.full_name), can_write=True)
        for address in ("/", "/audit", "/costs", "/agents", f"{HOME}/failures", f"{HOME}/flaky"):
            await board.see(address)
