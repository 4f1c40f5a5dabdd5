"""A local GitHub with its pages and the demo's repository, and a visitor who uses them without a browser."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING

import aiohttp

from bot.localhub.pages.routes import open_site
from bot.localhub.pages.site import CommandHint
from bot.localhub.scenarios.harbour import seed
from bot.localhub.scenarios.player import Player
from bot.localhub.server import LocalHub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from aiohttp import web

    from bot.localhub.pages.site import Site
    from bot.localhub.scenarios.harbour import Harbour
    from bot.localhub.state.actions import WorkflowRun

_GUARD = re.compile(r'name="guard" value="([^"]+)"')
HINT = CommandHint(insert="/ping", usage="/ping", summary="says whether the bot is there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the visitor got."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Someone who reads pages and sends their forms."""

    hub: LocalHub
    site: Site
    player: Player
    harbour: Harbour
    session: aiohttp.ClientSession

    @property
    def repository(self) -> str:
        """The path of the demo's repository."""
        return f"/{self.harbour.repository.full_name}"

    @property
    def rust_run(self) -> WorkflowRun:
        """CI of the Rust pull request's head."""
        runs = self.harbour.repository.runs.values()
        return next(run for run in runs if run.head_sha == self.harbour.rust.head_sha)

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Shown:
        """This function will read a page."""
        async with self.session.get(self.hub.url + path, headers=headers, allow_redirects=False) as response:
            return Shown(status=response.status, text=await response.text(), headers=dict(response.headers))

    async def guard(self) -> str:
        """This function will find the token that the forms carry."""
        found = _GUARD.search((await self.get("/")).text)
        assert found
        return unescape(found[1])

    async def post(
        self, path: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Shown:
        """This function will send a form with the token of its page."""
        form = {"guard": await self.guard(), **fields}
        url = self.hub.url + path
        async with self.session.post(url, data=form, headers=headers, allow_redirects=False) as response:
            return Shown(status=response.status, text=await response.text(), headers=dict(response.headers))

    async def act_as(self, login: str) -> None:
        """This function will choose who to be."""
        shown = await self.post("/_/persona", {"login": login})
        assert shown.status == 303


def clock() -> datetime:
    """This function will tell the time."""
    return datetime.now(UTC)


@asynccontextmanager
async def visitor() -> AsyncIterator[Visitor]:
    """This function will open a local GitHub whose workflow runs have all been played."""
    opened: list[tuple[Player, Site]] = []

    def extend(hub: LocalHub, application: web.Application) -> None:
        player = Player(hub.store, pace=0)
        opened.append((player, open_site(hub, application, player=player, commands=(HINT,))))

    hub = await LocalHub.start(clock=clock, extend=extend)
    player, site = opened[0]
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address
    try:
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            harbour = seed(hub.store, player, hub.app)
            await player.played()
            yield Visitor(hub=hub, site=site, player=player, harbour=harbour, session=session)
    finally:
        await player.close()
        await hub.close()
