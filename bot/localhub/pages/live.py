"""Tells open pages that something changed, by server-sent events."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.localhub.state.store import Happening


class Changes:
    """Everyone who waits for a change.

    Args:
        heartbeat: seconds of silence after which an open page is told that the stream still stands.
    """

    def __init__(self, *, heartbeat: float = 15.0) -> None:
        self._heartbeat = heartbeat
        self._waiting: set[asyncio.Event] = set()
        self._closed = False

    def touch(self) -> None:
        """This function will tell every open page to look again."""
        for event in self._waiting:
            event.set()

    def happened(self, _happening: Happening) -> None:
        """This function will take what the store tells its listeners."""
        self.touch()

    @contextmanager
    def watch(self) -> Iterator[asyncio.Event]:
        """This function will give an event that is set at every change, for as long as it is watched."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)

    async def close(self, _app: web.Application | None = None) -> None:
        """This function will let go of every open page."""
        self._closed = True
        self.touch()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """This function will serve the stream of one open page until either side leaves."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self.watch() as changed, suppress(ConnectionError):  # the page may be closed at any time
            await self._tell(response, changed)
        return response

    async def _tell(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        while not self._closed:
            try:
                async with asyncio.timeout(self._heartbeat):
                    await changed.wait()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            changed.clear()
            if not self._closed:
                await response.write(b"event: changed\ndata: 1\n\n")
