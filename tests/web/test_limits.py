"""How often an address may ask, and what it never costs GitHub."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.config.networks import parse_networks
from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.limits import Allowance, Buckets, Kind, Limits, kind_of
from bot.web.metrics import COUNTS
from bot.web.server import build_app
from handlers import wanted
from tests.support.clock import Clock
from tests.support.web import SECRETS, headers_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

BODY = b'{"action": "created", "installation": {"id": 7}}'
FORGED = {"X-Hub-Signature-256": "sha256=" + "0" * 64}


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/webhook", Kind.FORGERY),
        ("GET", "/sign-in", Kind.SIGN_IN),
        ("GET", "/sign-in/callback", Kind.SIGN_IN),
        ("GET", "/setup", Kind.SET_UP),
        ("POST", "/setup/register", Kind.SET_UP),
        ("GET", "/static/x.css", Kind.STATIC),
        ("GET", "/ci/static/pages.css", Kind.STATIC),
        ("GET", "/setup/static/setup.css", Kind.STATIC),
        ("GET", "/ci/1/x", Kind.PAGE),
        ("GET", "/repos/o/n", Kind.PAGE),
        ("HEAD", "/", Kind.PAGE),
        ("POST", "/sign-out", Kind.ACT),
        ("DELETE", "/anything", Kind.ACT),
        ("GET", "/healthz", Kind.HEALTH),
        ("GET", "/metrics", Kind.METRICS),
    ],
)
def test_every_route_has_a_limit(method: str, path: str, kind: Kind) -> None:
    assert kind_of(method, path) is kind


def test_a_bucket_empties_at_once_and_fills_with_time() -> None:
    buckets = Buckets(Allowance(2, 0.5))
    assert [buckets.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 2.0]
    assert buckets.take("b", 0.0) == 0.0
    assert buckets.take("a", 1.0) == 1.0
    assert buckets.take("a", 2.0) == 0.0
    assert [buckets.take("a", 1000.0) for _ in range(3)] == [0.0, 0.0, 2.0]
    assert buckets.take("a", 999.0) == 2.0  # a clock that goes backwards gives nothing


def test_buckets_are_bounded_however_many_ask() -> None:
    buckets = Buckets(Allowance(1, 0.001), most=3)
    assert not buckets.is_used
    for number in range(10):
        buckets.take(f"a{number}", 0.0)
    assert [buckets.is_empty(f"a{number}", 0.0) for number in (0, 6, 7, 9)] == [False, False, True, True]


class Seconds:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """This function will give the seconds."""
        return self.now


@asynccontextmanager
async def limited(
    folder: Path, seconds: Seconds, networks: str = "127.0.0.1"
) -> AsyncIterator[aiohttp.ClientSession]:
    """This function will serve the application behind limits and our proxies."""
    clock = Clock()
    inbox = SqliteInbox(folder / "inbox.db", clock=clock, on_commit=lambda: None)
    inbox.open()
    app = build_app(inbox=inbox, secrets=SECRETS, wanted=wanted, clock=clock)

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="a page")

    app.router.add_get("/page", page)
    limits = Limits(trusted=parse_networks(networks), monotonic=seconds, refused=app[COUNTS].limited)
    app.middlewares.insert(0, limits.middleware)
    server = TestServer(app)
    await server.start_server()
    async with aiohttp.ClientSession(server.make_url("/")) as session:
        yield session
    await server.close()
    inbox.close()


async def send(session: aiohttp.ClientSession, number: int, **headers: str) -> int:
    """This function will send a delivery, and give the status of the answer."""
    given = {**headers_of(BODY, guid=f"guid-{number}"), **headers}
    async with session.post("/webhook", data=BODY, headers=given) as answer:
        return answer.status


async def test_a_burst_of_deliveries_is_never_refused_not_even_beside_forgeries(tmp_path: Path) -> None:
    """Behind a proxy that is not trusted, GitHub and a forger have one address."""
    async with limited(tmp_path, Seconds()) as session:
        forged = [await send(session, number, **FORGED) for number in range(40)]
        assert set(forged[:30]) == {401}
        assert set(forged[30:]) == {429}
        good = [await send(session, number) for number in range(60)]
        assert set(good) == {202}


async def test_forgeries_beyond_the_limit_fill_no_log(tmp_path: Path) -> None:
    seconds = Seconds()
    async with limited(tmp_path, seconds) as session:
        with structlog.testing.capture_logs() as logs:
            for number in range(50):
                await send(session, number, **FORGED)
        told = [line["event"] for line in logs if line["log_level"] == "warning"]
        assert (told.count("delivery_refused"), told.count("asked_too_often")) == (30, 1)
        seconds.now += 2
        assert await send(session, 51, **FORGED) == 401


async def test_one_address_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    seconds = Seconds()
    async with limited(tmp_path, seconds) as session:
        for _ in range(Kind.PAGE.value.burst):
            async with session.get("/page", headers={"X-Forwarded-For": "198.51.100.9"}) as answer:
                assert answer.status == 200
        async with session.get("/page", headers={"X-Forwarded-For": "198.51.100.9"}) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        async with session.get("/metrics") as answer:
            told = (await answer.text()).splitlines()
        assert 'pilothouse_requests_limited_total{kind="page"} 1.0' in told
        assert 'pilothouse_requests_limited_total{kind="sign_in"} 0.0' in told
        async with session.get("/page", headers={"X-Forwarded-For": "198.51.100.8"}) as answer:
            assert answer.status == 200
        async with session.get("/healthz", headers={"X-Forwarded-For": "198.51.100.9"}) as answer:
            assert answer.status == 200
        assert await send(session, 1, **{"X-Forwarded-For": "198.51.100.9"}) == 202
        seconds.now += 0.2
        async with session.get("/page", headers={"X-Forwarded-For": "198.51.100.9"}) as answer:
            assert answer.status == 200


async def test_what_a_client_writes_into_the_header_gives_it_no_other_bucket(tmp_path: Path) -> None:
    async with limited(tmp_path, Seconds()) as session:
        statuses = []
        for number in range(Kind.PAGE.value.burst + 1):
            forwarded = f"203.0.113.{number % 250}, 198.51.100.9"
            async with session.get("/page", headers={"X-Forwarded-For": forwarded}) as answer:
                statuses.append(answer.status)
        assert statuses[-1] == 429


@pytest.mark.parametrize("networks", ["127.0.0.1", "10.0.0.0/8"])
async def test_a_proxy_that_nobody_named_is_told_to_the_operator(tmp_path: Path, networks: str) -> None:
    """Behind it everybody has one address, and one allowance together."""
    async with limited(tmp_path, Seconds(), networks) as session:
        with structlog.testing.capture_logs() as logs:
            for _ in range(Kind.SIGN_IN.value.burst + 1):
                async with session.get("/sign-in", headers={"X-Forwarded-For": "198.51.100.9"}):
                    pass
        (line,) = [line for line in logs if line["event"] == "asked_too_often"]
        assert ("PILOTHOUSE_TRUSTED_PROXIES" in line["advice"]) == (networks == "10.0.0.0/8")
