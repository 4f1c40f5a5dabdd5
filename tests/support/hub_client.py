"""A plain caller of the local GitHub and a receiver of its webhooks, sharing no code with the bot's own client."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import jwt
import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    from bot.localhub.server import LocalHub


@dataclass(frozen=True)
class Answer:
    """An answer read to its end."""

    status: int
    headers: Mapping[str, str]
    body: Any


def app_jwt(hub: LocalHub, now: datetime, *, life: timedelta = timedelta(minutes=9), **claims: Any) -> str:
    """This function will sign a JWT as the App does."""
    issued = int((now - timedelta(seconds=60)).timestamp())
    expires = int((now + life).timestamp())
    payload = {"iat": issued, "exp": expires, "iss": hub.client_id, **claims}
    return jwt.encode(payload, hub.private_key_pem, algorithm="RS256")


class Caller:
    """Calls the API with one credential."""

    def __init__(self, session: aiohttp.ClientSession, url: str, credential: str) -> None:
        self._session = session
        self._url = url
        self.credential = credential
        self.version: str | None = "2026-03-10"

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """This function will make one request and read its answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.version:
            sent["X-GitHub-Api-Version"] = self.version
        if self.credential:
            sent["Authorization"] = f"Bearer {self.credential}"
        async with self._session.request(
            method,
            self._url + path if path.startswith("/") else path,
            data=body if body is None or isinstance(body, bytes) else orjson.dumps(body),
            headers=sent,
            allow_redirects=False,
        ) as response:
            raw = await response.read()
            is_json = "json" in response.headers.get("content-type", "")
            return Answer(response.status, response.headers.copy(), orjson.loads(raw) if is_json else raw)


@asynccontextmanager
async def calling(hub: LocalHub, credential: str) -> AsyncIterator[Caller]:
    """This function will open a caller with a credential."""
    async with aiohttp.ClientSession() as session:
        yield Caller(session, hub.url, credential)


@dataclass(frozen=True)
class Received:
    """A delivery as it arrived."""

    headers: Mapping[str, str]
    raw: bytes

    @property
    def payload(self) -> Any:
        """The payload, decoded."""
        return orjson.loads(self.raw)

    @property
    def name(self) -> str:
        """The event with its action."""
        action = self.payload.get("action")
        return self.headers["X-GitHub-Event"] + (f".{action}" if action else "")


@dataclass
class Receiver:
    """Takes deliveries, answering whatever status it is told to."""

    url: str = ""
    status: int = 202
    received: list[Received] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        """This function will take one delivery."""
        self.received.append(Received(request.headers.copy(), await request.read()))
        async with self.changed:
            self.changed.notify_all()
        return web.Response(status=self.status)

    async def until(self, done: Callable[[list[Received]], bool]) -> None:
        """This function will wait for deliveries that satisfy a condition."""
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: done(self.received))

    @property
    def names(self) -> list[str]:
        """The events that arrived, with their actions."""
        return [one.name for one in self.received]


@asynccontextmanager
async def receiving(hub: LocalHub) -> AsyncIterator[Receiver]:
    """This function will take the hub's deliveries for a while."""
    receiver = Receiver()
    application = web.Application(client_max_size=30 * 1024 * 1024)
    application.router.add_post("/webhook", receiver.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    hub.set_webhook(receiver.url)
    try:
        yield receiver
    finally:
        hub.set_webhook(None)
        await runner.cleanup()


def signature(secret: str, raw: bytes) -> str:
    """This function will compute X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
