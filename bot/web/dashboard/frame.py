"""The dashboard's place in the application; what it takes to answer is loaded when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from aiohttp import web

    from bot.page_links import PageLinks
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox
    from bot.web.dashboard.desk import Desk
    from bot.web.live import Live

# What is not of the dashboard answers with its own words for a wrong method.
_EVERYTHING = "/{path:(?!(?:webhook|healthz|metrics)$|ci/|setup|static/).*}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the dashboard works with."""

    open_database: Callable[[], Database]
    inbox: Inbox
    links: PageLinks
    clock: Callable[[], datetime]
    live: Live
    is_secure: bool  # whether browsers reach it by https
    goals: Mapping[str, float]  # seconds that people may have to wait for us
    github: str  # where GitHub's own pages are


@dataclass(slots=True)
class Dashboard:
    """Answers what people who signed in ask for; who that is, `bot.web.signin.viewing` says."""

    means: Means
    _desk: Desk | None = None

    def add_to(self, app: web.Application) -> None:
        """This function will add the dashboard to an application, behind every other route."""
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get(_EVERYTHING, self._get)
        app.router.add_post(_EVERYTHING, self._post)
        app.on_shutdown.append(self.means.live.stop)
        app.on_cleanup.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        if self._desk is not None:
            self._desk.close()

    async def _get(self, request: web.Request) -> web.StreamResponse:
        return await self._opened().get(request)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        return await self._opened().post(request)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._opened().static(request)

    def _opened(self) -> Desk:
        if self._desk is None:
            # Imported here: a process that nobody asks for a page stays small and starts at once.
            from bot.web.dashboard.desk import Desk  # noqa: PLC0415 - see above

            self._desk = Desk(self.means)
        return self._desk
