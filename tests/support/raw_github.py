"""A server that answers exactly what a test tells it to, in GitHub's place."""

from __future__ import annotations

import asyncio
import functools
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.github.app import GitHub
from bot.github.models import InstallationId, RepositoryRef
from bot.github.tuning import Call, Tuning
from tests.support.clock import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

REPOSITORY = RepositoryRef(installation_id=InstallationId(7), id=70, full_name="octo/hello")
OTHER_INSTALLATION = RepositoryRef(installation_id=InstallationId(8), id=80, full_name="octo/hello")
REPO = "/repos/octo/hello"
COMMENT = {"id": 5, "body": "hi", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
PULL = {"number": 3, "state": "open", "head": {"sha": "a", "ref": "f"}, "base": {"sha": "b", "ref": "main"}}


@functools.cache
def rsa_key() -> rsa.RSAPrivateKey:
    """This function will make an App's key, once for all tests of a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def private_key() -> str:
    """This function will return the App's key as the file that GitHub lets one download."""
    return rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Time:
    """A clock that stands still until somebody sleeps, and then jumps."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.started = self.clock.now
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """This function will return the seconds since the test began."""
        return (self.clock.now - self.started).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """This function will let the seconds pass at once."""
        self.slept.append(seconds)
        self.clock.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Answer:
    """What the server shall say; no status means that it breaks the connection off."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str  # as sent, with its percent signs
    query: Mapping[str, str]
    headers: Mapping[str, str]  # by their names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def authorization(self) -> str | None:
        """The credential it came with."""
        return self.headers.get("authorization")


class RawGitHub:
    """Answers from a script: each path's answers in turn, the last one for ever."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.seen: list[Seen] = []
        self.minted: list[dict[str, Any]] = []
        self.token_lifetime = timedelta(hours=1)
        self.url = ""
        self.gate: asyncio.Event | None = None  # where set, answers wait for it
        self.in_flight = 0
        self.most_in_flight = 0
        self._changed = asyncio.Condition()
        self._script: dict[tuple[str, str], list[Answer]] = {}

    def answer(self, method: str, path: str, *answers: Answer) -> None:
        """This function will set what a path answers."""
        self._script[method, path] = list(answers)

    def calls(self, method: str = "", path: str = "") -> list[Seen]:
        """This function will return the requests seen there, without the minting of tokens."""
        return [
            seen
            for seen in self.seen
            if not seen.path.endswith("/access_tokens")
            and method in {"", seen.method}
            and path in {"", seen.path}
        ]

    async def busy(self, count: int = 1) -> None:
        """This function will wait until so many requests are being answered."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: self.in_flight >= count)

    async def reached(self, count: int) -> None:
        """This function will wait until so many requests have arrived, without the minting of tokens."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.calls()) >= count)

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """This function will answer one request."""
        path = request.raw_path.partition("?")[0]
        body = await request.read()
        self.seen.append(
            Seen(
                request.method,
                path,
                dict(request.query),
                {name.lower(): value for name, value in request.headers.items()},
                body,
            )
        )
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        async with self._changed:
            self._changed.notify_all()
        try:
            if self.gate is not None:
                await self.gate.wait()
            return self._respond(request, self._next(request.method, path, body))
        finally:
            self.in_flight -= 1

    def _next(self, method: str, path: str, body: bytes) -> Answer:
        script = self._script.get((method, path))
        if script:
            return script.pop(0) if len(script) > 1 else script[0]
        if path.endswith("/access_tokens"):
            self.minted.append(json.loads(body))
            expires = (self.clock() + self.token_lifetime).strftime("%Y-%m-%dT%H:%M:%SZ")
            return Answer({"token": f"ghs_{len(self.minted)}", "expires_at": expires}, 201)
        return Answer({"message": "Not Found"}, 404)

    def _respond(self, request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
        if answer.status == 0:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = dict(answer.headers)
        if headers.get("etag") is not None and request.headers.get("If-None-Match") == headers["etag"]:
            return web.Response(status=304, headers=headers)
        if isinstance(answer.body, bytes):
            response = web.Response(status=answer.status, headers=headers, body=answer.body)
            response.force_close()  # a body shorter than its content-length ends here
            return response
        headers.setdefault("content-type", "application/json; charset=utf-8")
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        return web.Response(status=answer.status, headers=headers, body=content)


@dataclass
class Bench:
    """A client before a scripted server, with a clock that jumps."""

    server: RawGitHub
    github: GitHub
    time: Time
    observed: list[Call]


@asynccontextmanager
async def raw_server(clock: Clock) -> AsyncIterator[RawGitHub]:
    """This function will serve a script on a free port of the loopback address."""
    server = RawGitHub(clock)
    runner = web.ServerRunner(web.Server(server.serve), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_bench(tuning: Tuning | None = None, *, prefix: str = "") -> AsyncIterator[Bench]:
    """This function will put a client before a scripted server; it does not pace unless told to."""
    time, observed = Time(), list[Call]()
    tuned = replace(
        tuning or Tuning(pace=None),
        sleep=time.sleep,
        monotonic=time.monotonic,
        chance=lambda: 0.5,
        observe=observed.append,
    )
    async with raw_server(time.clock) as server:
        client = GitHub(
            "Iv1.client", private_key(), clock=time.clock, api_url=server.url + prefix, tuning=tuned
        )
        async with client as github:
            yield Bench(server, github, time, observed)
