"""The headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp_sse import sse_response

from bot.web.page_site import HEADERS
from bot.web.protecting import protect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ALWAYS = {
    "Content-Security-Policy",
    "Cross-Origin-Resource-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
}


async def _plain(_request: web.Request) -> web.Response:
    return web.Response(text="plain")


async def _page(_request: web.Request) -> web.Response:
    return web.Response(text="page", headers=HEADERS)


async def _raising(_request: web.Request) -> web.Response:
    raise web.HTTPServiceUnavailable


async def _stream(request: web.Request) -> web.StreamResponse:
    async with sse_response(request) as stream:
        await stream.send("moved")
    return stream


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    for path, handler in (
        ("/plain", _plain),
        ("/page", _page),
        ("/raising", _raising),
        ("/stream", _stream),
        ("/healthz", _plain),
    ):
        app.router.add_get(path, handler)
    protect(app, trusted=(), is_secure=True)
    server = TestServer(app)
    await server.start_server()
    async with aiohttp.ClientSession(server.make_url("/")) as opened:
        yield opened
    await server.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/plain", 200),
        ("/page", 200),
        ("/raising", 503),
        ("/stream", 200),
        ("/nothing", 404),
        ("/healthz", 200),
    ],
)
async def test_every_answer_keeps_browsers_from_doing_harm_with_it(
    session: aiohttp.ClientSession, path: str, status: int
) -> None:
    async with session.get(path) as answer:
        assert answer.status == status
        assert set(answer.headers) >= ALWAYS
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        is_page = path != "/healthz"
        assert ("X-Frame-Options" in answer.headers) == is_page


async def test_what_a_page_says_itself_counts(session: aiohttp.ClientSession) -> None:
    async with session.get("/page") as answer:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    async with session.get("/plain") as answer:
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_method_that_a_route_does_not_have_is_answered_no_less_carefully(
    session: aiohttp.ClientSession,
) -> None:
    async with session.post("/plain") as answer:
        assert (answer.status, set(answer.headers) >= ALWAYS) == (405, True)
