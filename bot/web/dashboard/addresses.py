"""Finds the page that an address names, and the form of it that is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.plugins import load
from bot.web.dashboard.page import DashboardPage, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CHANGES = "-/changes"  # which no page is called, as an agent or an environment may be
# Who is managed by an enterprise has an underscore in their login.
REPOSITORY = "/repos/{owner:[A-Za-z0-9_-]{1,39}}/{name:[A-Za-z0-9._-]{1,100}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an address names."""

    page: DashboardPage
    match: Mapping[str, str]
    act: str = ""  # what a form does, or that changes are listened to; empty: the page itself


class Addresses:
    """Knows every page by its address."""

    def __init__(self, pages: Iterable[DashboardPage]) -> None:
        self.pages = tuple(pages)
        self._router = web.UrlDispatcher()
        self._found: dict[str, tuple[DashboardPage, str]] = {}
        for page in self.pages:
            self._add(page, "")
            for act in (CHANGES, *page.acts):
                self._add(page, act)

    @classmethod
    def load(cls) -> Addresses:
        """This function will read every page there is."""
        return cls(load("bot.web.dashboard.pages", "PAGE", DashboardPage))

    def _add(self, page: DashboardPage, act: str) -> None:
        path = f"{REPOSITORY}{page.path}" if page.scope is Scope.REPOSITORY else page.path
        resource = self._router.add_resource(f"{path.rstrip('/')}/{act}" if act else path)
        resource.add_route("GET" if act in {"", CHANGES} else "POST", _nowhere)
        self._found[resource.canonical] = (page, act)

    async def find(self, request: web.Request) -> Found | None:
        """This function will find what a request asks for, or return None where nothing is there."""
        match = await self._router.resolve(request)
        if match.http_exception is not None or match.route.resource is None:
            return None
        page, act = self._found[match.route.resource.canonical]
        return Found(page=page, match=dict(match), act=act)


async def _nowhere(_request: web.Request) -> web.StreamResponse:
    """A router takes a handler for each address; ours is only asked what it finds."""
    return web.Response(status=404)
