"""The least of GitHub's API that a bot can be measured against: tokens, reactions, permissions and comments, at once.

As a program: `python -m tests.bench.least_github` prints its port and serves until it is killed. It does nothing but
answer, so that a receiver that calls it is measured and not the local GitHub behind it.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import uvloop
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_TOKEN = (
    b'{"token":"ghs_bench","expires_at":"2099-01-01T00:00:00Z","permissions":{},"repository_selection":"all"}'
)
_MADE = b'{"id":1,"content":"eyes"}'
_PERMISSION = b'{"permission":"write","role_name":"write","user":{"login":"ada"}}'


def least_github() -> web.Application:
    """This function will make the application."""
    application = web.Application()
    application.router.add_post("/app/installations/{id}/access_tokens", _answering(201, _TOKEN))
    application.router.add_get("/{rest:.*}", _answering(200, _PERMISSION))
    application.router.add_post("/{rest:.*}", _answering(201, _MADE))
    return application


def _answering(status: int, body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status, body=body, content_type="application/json")

    return answer


async def _serve() -> None:
    runner = web.AppRunner(least_github(), access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    await web.SockSite(runner, listening).start()
    print(listening.getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve())
