"""The bot's pages on a real port, over a database of their own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.page_links import Kind, PageLinks, page_keys
from bot.storage.database import Database
from bot.web.live import Live
from bot.web.pages import Pages
from tests.support.diagnosis import NOON, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

KEYS = page_keys((b"the new secret", b"the old secret"))
LINKS = PageLinks(root="", key=KEYS[0])


@dataclass(frozen=True)
class Reader:
    """Reads pages."""

    root: str
    session: aiohttp.ClientSession
    database: Database

    async def get(self, address: str) -> tuple[int, str, Any]:
        """This function will give status, text and headers of a page."""
        async with self.session.get(address) as response:
            return response.status, await response.text(), response.headers

    async def see(
        self, kind: Kind, *parts: str, repository_id: int = REPOSITORY.id, now: datetime = NOON
    ) -> str:
        """This function will give the text of a page that is there, by a link that was made at a time."""
        status, text, _ = await self.get(LINKS.address(repository_id, kind, *parts, now=now))
        assert status == 200
        return text


@asynccontextmanager
async def reading(folder: Path, *, live_every: float = 2.0, now: datetime = NOON) -> AsyncIterator[Reader]:
    """This function will serve the pages over an empty database, at a time that stands."""
    database = Database(f"sqlite:///{folder / 'bot.db'}")
    database.open()
    async with pages_over(database, live_every=live_every, now=now) as reader:
        yield reader
    database.close()


@asynccontextmanager
async def pages_over(
    database: Database, *, live_every: float = 2.0, now: datetime = NOON
) -> AsyncIterator[Reader]:
    """This function will serve the pages over what a bot has stored."""
    app = web.Application()
    pages = Pages(
        keys=KEYS,
        open_database=lambda: Database(str(database.url)),
        clock=lambda: now,
        live=Live(every=live_every),
    )
    pages.add_to(app)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield Reader(str(server.make_url("")), session, database)
