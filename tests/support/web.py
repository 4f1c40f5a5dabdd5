"""The web process's application on a real port, with a signing sender."""

from __future__ import annotations

import hashlib
import hmac
import io
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.test_utils import TestServer

from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.server import build_app
from handlers import wanted
from tests.support.clock import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from aiohttp import web

SECRETS = (b"the new secret", b"the old secret")


def signature(body: bytes, secret: bytes = SECRETS[0]) -> str:
    """This function will sign a body as GitHub does."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def headers_of(body: bytes, *, event: str = "issue_comment", guid: str = "guid-1") -> dict[str, str]:
    """This function will give the headers that GitHub sends with a body."""
    return {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid,
        "X-Hub-Signature-256": signature(body),
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/044aadd",
    }


@dataclass(frozen=True)
class Answer:
    """What the web process said."""

    status: int
    said: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Web:
    """A running web process's application."""

    inbox: SqliteInbox
    clock: Clock
    session: aiohttp.ClientSession

    async def send(self, body: bytes, **headers: str | None) -> Answer:
        """This function will send a delivery; a header given replaces GitHub's, None leaves it out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        merged = {name: value for name, value in {**headers_of(body), **named}.items() if value is not None}
        async with self.session.post("/webhook", data=io.BytesIO(body), headers=merged) as response:
            return Answer(response.status, await response.json(), response.headers)

    async def get(self, path: str) -> Answer:
        """This function will read a page of the web process."""
        async with self.session.get(path) as response:
            is_json = response.content_type == "application/json"
            said = await response.json() if is_json else await response.text()
            return Answer(response.status, said, response.headers)

    async def stored(self) -> list[str]:
        """This function will list the GUIDs that wait in the inbox."""
        return [row.guid for row in await self.inbox.take(lambda _: 10_000, 10_000)]


@asynccontextmanager
async def running_web(
    folder: Path,
    *,
    wants: Callable[[str, str | None], bool] = wanted,
    extend: Callable[[web.Application], None] = lambda _app: None,
) -> AsyncIterator[Web]:
    """This function will run the application, with what extends it, on a free port."""
    clock = Clock()
    inbox = SqliteInbox(folder / "inbox.db", clock=clock, on_commit=lambda: None)
    inbox.open()
    app = build_app(inbox=inbox, secrets=SECRETS, wanted=wants, clock=clock)
    extend(app)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield Web(inbox, clock, session)
    inbox.close()
