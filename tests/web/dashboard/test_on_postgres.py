"""The dashboard's pages on PostgreSQL, which is stricter than SQLite about what a query may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.database import Database
from tests.support.crawling import walk
from tests.support.dashboard import WREN, board_over
from tests.support.thousand import save_thousand

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]


async def test_every_page_comes_from_postgres_too(postgres_url: str, tmp_path: Path) -> None:
    database = Database(postgres_url)
    database.open()
    await save_thousand(database)
    async with board_over(database, tmp_path, viewer=WREN) as board:
        walked = await walk(board)
        for asked in ("/?q=b%25o_a&need=red", "/?after=octo/a", "/queue?q=boat", "/?q=boat"):
            await board.see(asked)
    database.close()
    assert {"overview", "repository", "pull", "environments", "queue"} <= walked.by_page.keys()
