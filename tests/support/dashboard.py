"""The dashboard on a real port over a database of the test's own, with whoever the test wants to look at it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.config.web_settings import GOALS
from bot.github.readable import ReadableRepository
from bot.page_links import PageLinks, page_keys
from bot.recovery.known import KnownRepository, learn
from bot.storage.database import Database
from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.dashboard.frame import Dashboard, Means
from bot.web.live import Live
from bot.web.pages import Pages
from bot.web.signin.viewing import VIEWING
from bot.web.viewer import Viewer
from tests.support.diagnosis import NOON, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

LINKS = PageLinks(root="", key=page_keys((b"a webhook secret",))[0])
HOME = f"/repos/{REPOSITORY.full_name}"
OTHER = KnownRepository(
    repository_id=43, installation_id=8, full_name="octo/secret", is_private=True, default_branch="main"
)


def reader_of(*repositories: tuple[int, str], can_write: bool = False, login: str = "wren") -> Viewer:
    """This function will make a person who can read these repositories, and nothing else."""
    readable = {
        number: ReadableRepository(id=number, full_name=name, can_write=can_write)
        for number, name in repositories
    }
    return Viewer(user_id=7, login=login, is_operator=False, csrf="c" * 43, repositories=readable)


WREN = reader_of((REPOSITORY.id, REPOSITORY.full_name))
OPERATOR = Viewer(user_id=5, login="amara", is_operator=True, csrf="o" * 43, repositories={})


@dataclass(frozen=True)
class Shown:
    """What a visitor got."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass
class Board:
    """A dashboard, and the person who looks at it."""

    root: str
    session: aiohttp.ClientSession
    database: Database
    inbox: SqliteInbox
    viewer: Viewer | None = field(default=WREN)

    async def get(self, address: str, *, headers: Mapping[str, str] | None = None) -> Shown:
        """This function will read a page."""
        async with self.session.get(address, headers=headers, allow_redirects=False) as response:
            return Shown(response.status, await response.text(), dict(response.headers))

    async def see(self, address: str) -> str:
        """This function will read a page that is there."""
        shown = await self.get(address)
        assert shown.status == 200, shown.text
        return shown.text

    async def post(
        self, address: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Shown:
        """This function will send a form as a page of the viewer's sends it; a field given replaces its own."""
        fields = {"csrf": self.viewer.csrf if self.viewer else "", **form}
        async with self.session.post(
            address, data=fields, headers=headers, allow_redirects=False
        ) as response:
            return Shown(response.status, await response.text(), dict(response.headers))


async def know(database: Database, *found: KnownRepository, at: datetime = NOON) -> None:
    """This function will let the bot know of the usual repository and of these."""
    usual = KnownRepository(
        repository_id=REPOSITORY.id,
        installation_id=REPOSITORY.installation_id,
        full_name=REPOSITORY.full_name,
        is_private=False,
        default_branch=REPOSITORY.default_branch,
    )
    await database.write(lambda connection: learn(connection, (usual, *found), at=at))


@asynccontextmanager
async def boarding(
    folder: Path,
    *,
    viewer: Viewer | None = WREN,
    now: datetime = NOON,
    known: Iterable[KnownRepository] = (),
    every: float = 2.0,
) -> AsyncIterator[Board]:
    """This function will serve the dashboard over an empty database, at a time that stands."""
    database = Database(f"sqlite:///{folder / 'bot.db'}")
    database.open()
    await know(database, *known)
    async with board_over(database, folder, viewer=viewer, now=now, every=every) as board:
        yield board
    database.close()


@asynccontextmanager
async def board_over(
    database: Database,
    folder: Path,
    *,
    viewer: Viewer | None = WREN,
    now: datetime = NOON,
    every: float = 2.0,
) -> AsyncIterator[Board]:
    """This function will serve the dashboard over what a bot has stored."""
    inbox = SqliteInbox(folder / "inbox.db", clock=lambda: now, on_commit=lambda: None)
    inbox.open()
    made: list[Board] = []

    async def viewing(_request: web.Request) -> Viewer | None:
        return made[0].viewer

    app = web.Application()
    app[VIEWING] = viewing
    pages = Pages(
        keys=page_keys((b"a webhook secret",)),
        open_database=lambda: Database(str(database.url)),
        clock=lambda: now,
        live=Live(every=every),
    )
    pages.add_to(app)  # as in the bot, where what these load is loaded by the dashboard too
    dashboard = Dashboard(
        Means(
            open_database=lambda: Database(str(database.url)),
            inbox=inbox,
            links=LINKS,
            clock=lambda: now,
            live=Live(every=every),
            is_secure=False,
            goals=GOALS,
            github="https://github.com",
        )
    )
    dashboard.add_to(app)
    async with TestServer(app) as server:
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address
        async with aiohttp.ClientSession(server.make_url("/"), cookie_jar=jar) as session:
            made.append(Board(str(server.make_url("")), session, database, inbox, viewer))
            yield made[0]
    inbox.close()
