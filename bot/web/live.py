"""Tells open pages of deployments and gates that something moved, over one connection each."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp_sse import sse_response

from bot.web.viewer import VIEWER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MOST_STREAMS = 64  # each looks into the database every few seconds
MOST_OF_ONE = 12  # of one person, or by one link: nobody takes them all
_EVERY_SECONDS = 2.0
_LONGEST_SECONDS = 1800.0  # a forgotten tab asks again, and sees that it is over


class Live:
    """Holds the connections of the pages that follow something."""

    def __init__(self, *, every: float = _EVERY_SECONDS) -> None:
        self._every = every
        self._streams: Counter[str] = Counter()
        self._stop = asyncio.Event()

    async def stop(self, _app: web.Application) -> None:
        """This function will end every connection: the process is about to stop."""
        self._stop.set()

    async def follow(self, request: web.Request, version: Callable[[], Awaitable[str]]) -> web.StreamResponse:
        """This function will send `changed` each time the version is another one.

        Args:
            request: of an EventSource; it may carry the version that the page shows.
            version: reads how the thing stands, in a few characters; empty once it cannot change any more.
        """
        follower = _follower(request)
        if self._streams.total() >= MOST_STREAMS or self._streams[follower] >= MOST_OF_ONE:
            return web.Response(
                status=503, text="Too many pages are followed.", headers={"Retry-After": "60"}
            )
        self._streams[follower] += 1
        try:
            return await self._stream(request, version)
        finally:
            self._streams[follower] -= 1
            if not self._streams[follower]:
                del self._streams[follower]

    async def _stream(
        self, request: web.Request, version: Callable[[], Awaitable[str]]
    ) -> web.StreamResponse:
        shown = request.query.get("version", "")
        loop = asyncio.get_running_loop()
        end = loop.time() + _LONGEST_SECONDS
        headers = {"X-Content-Type-Options": "nosniff"}
        async with sse_response(request, headers=headers, send_timeout=10) as stream:
            while stream.is_connected() and not self._stop.is_set() and loop.time() < end:
                now = await version()
                if now != shown:
                    await stream.send(now, event="changed")
                    shown = now
                if not now:
                    await stream.send("", event="over")
                    break
                await self._pause()
        return stream

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._every):
                await self._stop.wait()
        except TimeoutError:
            return


def _follower(request: web.Request) -> str:
    """Who follows: a person, or whoever has a link."""
    return str(request[VIEWER].user_id) if VIEWER in request else request.path
