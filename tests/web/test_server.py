"""The web process from the open port to the last answer."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from bot.web.server import PortUnusableError, listening, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


async def test_a_request_under_way_is_answered_before_the_end(free_port: int) -> None:
    arrived, may_answer, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        arrived.set()
        await may_answer.wait()
        return web.Response(text="done")

    app = web.Application()
    app.router.add_get("/", slow)
    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=free_port, stop=stop))
    async with aiohttp.ClientSession() as session:
        asking = asyncio.create_task(_get(session, free_port))
        async with asyncio.timeout(10):
            await arrived.wait()
        stop.set()
        await asyncio.sleep(0)
        assert not serving.done()
        may_answer.set()
        assert await asking == "done"
    async with asyncio.timeout(10):
        await serving


async def test_a_port_in_use_is_named_with_what_to_do(taken_port: int) -> None:
    with pytest.raises(PortUnusableError, match=f"Port {taken_port} .* is in use.* set PORT"):
        async with listening(web.Application(), host="127.0.0.1", port=taken_port):
            pytest.fail("it listens")


async def test_an_address_that_is_not_ours_is_named(free_port: int) -> None:
    with pytest.raises(PortUnusableError, match="PILOTHOUSE_HOST"):
        async with listening(web.Application(), host="192.0.2.1", port=free_port):
            pytest.fail("it listens")


async def test_a_port_that_may_not_be_opened_is_named(
    monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    async def refused(_site: web.TCPSite) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(web.TCPSite, "start", refused)
    with pytest.raises(PortUnusableError, match="above 1023"):
        async with listening(web.Application(), host="127.0.0.1", port=free_port):
            pytest.fail("it listens")


async def _get(session: aiohttp.ClientSession, port: int) -> str:
    for _ in range(100):
        try:
            async with session.get(f"http://127.0.0.1:{port}/") as response:
                return await response.text()
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.01)
    return "never answered"
