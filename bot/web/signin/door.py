"""Where signing in stands in the application; what it takes is loaded when somebody comes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.web.signin.viewing import SIGN_IN, VIEWING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import web

    from bot.web.signin.site import SignInSite
    from bot.web.viewer import Viewer

CALLBACK = f"{SIGN_IN}/callback"
SIGN_OUT = "/sign-out"


@dataclass(slots=True)
class Door:
    """Lets people in.

    Args:
        open_site: makes what answers them; it is asked once, so that an idle process stays small.
    """

    open_site: Callable[[], Awaitable[SignInSite]]
    _site: SignInSite | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def add_to(self, app: web.Application) -> None:
        """This function will add the routes to an application, and let it say who asks."""
        app.router.add_get(SIGN_IN, self._begin, allow_head=False)
        app.router.add_get(CALLBACK, self._back, allow_head=False)
        app.router.add_post(SIGN_OUT, self._end)
        app[VIEWING] = self._viewer
        app.on_cleanup.append(self._close)

    async def _begin(self, request: web.Request) -> web.Response:
        return await (await self._opened(request)).begin(request)

    async def _back(self, request: web.Request) -> web.Response:
        return await (await self._opened(request)).back(request)

    async def _end(self, request: web.Request) -> web.Response:
        return await (await self._opened(request)).end(request)

    async def _viewer(self, request: web.Request) -> Viewer | None:
        return await (await self._opened(request)).viewer(request)

    async def _close(self, _app: web.Application) -> None:
        if self._site is not None:
            await self._site.close()

    async def _opened(self, request: web.Request) -> SignInSite:
        async with self._turn:
            if self._site is None:
                self._site = await self._made(request)
            return self._site

    async def _made(self, request: web.Request) -> SignInSite:
        # Imported here: a process that nobody asks for a page stays small and starts at once.
        from bot.web.signin.starting import StartingError, asked_too_soon  # noqa: PLC0415 - see above

        try:
            return await self.open_site()
        except StartingError as error:
            raise asked_too_soon(request, error) from error
