"""Open pages are told of changes, and let go when the server stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.localhub.pages.live import Changes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def _app(changes: Changes) -> web.Application:
    app = web.Application()
    app.router.add_get("/", changes.stream)
    return app


@pytest.fixture
async def quiet() -> AsyncIterator[tuple[Changes, TestClient[web.Request, web.Application]]]:
    """A stream on which nothing happens but short heartbeats."""
    changes = Changes(heartbeat=0.01)
    async with TestClient(TestServer(_app(changes))) as client, asyncio.timeout(10):
        yield changes, client


async def test_silent_stream_is_kept_alive(
    quiet: tuple[Changes, TestClient[web.Request, web.Application]],
) -> None:
    _, client = quiet

    async with client.get("/") as stream:
        assert await stream.content.readline() == b": still here\n"


async def test_change_is_told_to_everyone(
    quiet: tuple[Changes, TestClient[web.Request, web.Application]],
) -> None:
    changes, client = quiet
    async with client.get("/") as one, client.get("/") as other:
        changes.touch()

        for stream in (one, other):
            told = await stream.content.readuntil(b"event: changed\ndata: 1\n\n")
            assert told.endswith(b"data: 1\n\n")


async def test_stopping_server_ends_the_stream(
    quiet: tuple[Changes, TestClient[web.Request, web.Application]],
) -> None:
    changes, client = quiet
    async with client.get("/") as stream:
        await changes.close()

        await stream.content.read()
        assert stream.content.at_eof()
