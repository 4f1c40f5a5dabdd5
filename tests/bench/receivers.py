"""Receivers to measure: a bare one, a plain durable inbox, and Pilothouse's web process.

As a program: `python -m tests.bench.receivers KIND FOLDER` prints its port and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import queue
import socket
import sqlite3
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop
from aiohttp import web

SECRET = "a bench secret"
EVENT = "issue_comment"
MOST_BYTES = 26 << 20


def bare(_folder: Path) -> web.Application:
    """This function will make a receiver that reads the body and says 202."""

    async def receive(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=202)

    return _application(receive)


def plain_inbox(folder: Path) -> web.Application:
    """This function will make the least that is durable: HMAC, parse, one group-commit table."""
    waiting: queue.SimpleQueue[tuple[asyncio.Future[None], tuple[str, int, bytes]]] = queue.SimpleQueue()

    def write(loop: asyncio.AbstractEventLoop) -> None:
        database = sqlite3.connect(folder / "plain.db", isolation_level=None)
        database.executescript(
            "pragma journal_mode=wal; pragma synchronous=full;"
            "create table inbox(seq integer primary key, guid text unique, inst int, body blob)"
        )
        while True:
            group = [waiting.get()]
            while len(group) < 256 and not waiting.empty():
                group.append(waiting.get())
            database.execute("begin immediate")
            database.executemany(
                "insert into inbox(guid, inst, body) values(?, ?, ?) on conflict do nothing",
                [row for _, row in group],
            )
            database.execute("commit")
            loop.call_soon_threadsafe(_tell, [done for done, _ in group])

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, request.headers["X-Hub-Signature-256"]):
            return web.Response(status=401)
        payload = orjson.loads(body)
        if (request.headers["X-GitHub-Event"], payload.get("action")) == (EVENT, "created"):
            done = asyncio.get_running_loop().create_future()
            waiting.put((done, (request.headers["X-GitHub-Delivery"], payload["installation"]["id"], body)))
            await done
        return web.Response(status=202)

    async def start(_app: web.Application) -> None:
        threading.Thread(target=write, args=(asyncio.get_running_loop(),), daemon=True).start()

    application = _application(receive)
    application.on_startup.append(start)
    return application


def pilothouse(folder: Path) -> web.Application:
    """This function will make Pilothouse's own receiver."""
    from bot.storage.inbox_choice import inbox_at  # noqa: PLC0415 - the others shall not pay for it
    from bot.web.protecting import protect  # noqa: PLC0415 - as above
    from bot.web.server import build_app  # noqa: PLC0415 - as above
    from handlers import wanted  # noqa: PLC0415 - as above

    def clock() -> datetime:
        return datetime.now(UTC)

    inbox = inbox_at(f"sqlite:///{folder}/bot.db", clock=clock)
    inbox.open()
    app = build_app(inbox=inbox, secrets=(SECRET.encode(),), wanted=wanted, clock=clock)
    protect(app, trusted=(), is_secure=True)
    return app


def _tell(written: list[asyncio.Future[None]]) -> None:
    for done in written:
        done.set_result(None)


def _application(receive: object) -> web.Application:
    application = web.Application(client_max_size=MOST_BYTES)
    application.router.add_post("/webhook", receive)  # type: ignore[arg-type] # a handler
    return application


async def _serve(kind: str, folder: Path) -> None:
    made = {"bare": bare, "plain": plain_inbox, "pilothouse": pilothouse}
    application = made[kind](folder)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    await web.SockSite(runner, listening).start()
    print(listening.getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], Path(sys.argv[2])))
