"""Attacks on the web process as it is put together: every route that is there, asked by somebody who is nobody."""

from __future__ import annotations

import asyncio
import itertools
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.app.site import add_site
from bot.localhub.server import LocalHub
from bot.page_links import page_keys
from bot.storage.database import Database
from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.limits import Limits
from bot.web.live import Live
from bot.web.pages import Pages
from bot.web.server import build_app
from handlers import wanted
from tests.support.clock import Clock
from tests.support.signing_in import SECRET, settings_for
from tests.support.web import headers_of, signature

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


# What answers everybody. Whoever adds a route that does must have thought of it here too.
OPEN = {"/", "/healthz", "/metrics", "/sign-in", "/static/{name}", "/ci/static/{name}"}
NAMES = {"name": "pages.css", "path": "deliveries"}
BODY = b'{"action":"created","installation":{"id":5},"repository":{"id":1,"full_name":"a/b"},"issue":{"number":3}}'


@dataclass
class Process:
    """The web process's application, and a browser without cookies."""

    app: web.Application
    session: aiohttp.ClientSession
    port: int
    passing: list[int] = field(default_factory=list)  # how much time passes between requests


@pytest.fixture
async def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Process]:
    seconds = itertools.count()
    passing = [0]  # seconds between two looks at the clock, however slow the machine is
    monkeypatch.setattr(
        "bot.web.protecting.Limits", partial(Limits, monotonic=lambda: next(seconds) * passing[0])
    )
    hub = await LocalHub.start(clock=Clock())
    async with composed(hub, tmp_path) as made:
        made.passing = passing
        yield made
    await hub.close()


@asynccontextmanager
async def composed(hub: LocalHub, folder: Path) -> AsyncIterator[Process]:
    clock = Clock()
    settings = settings_for(hub, f"sqlite:///{folder / 'bot.db'}", "http://127.0.0.1")
    tables = Database(settings.database_url)
    tables.open()
    tables.close()
    inbox = SqliteInbox(folder / "inbox.db", clock=clock, on_commit=lambda: None)
    inbox.open()

    def database() -> Database:
        return Database(settings.database_url)

    pages = Pages(open_database=database, keys=page_keys(settings.webhook_secrets), clock=clock, live=Live())
    app = build_app(inbox=inbox, secrets=(SECRET,), wanted=wanted, clock=clock, pages=pages)
    add_site(app, settings, inbox, open_database=database)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield Process(app, session, server.port or 0)
    inbox.close()


def addresses(app: web.Application) -> set[tuple[str, str, str]]:
    """(pattern, method, an address of it) of every route."""
    found = set()
    for route in app.router.routes():
        pattern = route.resource.canonical if route.resource is not None else ""
        address = re.sub(r"\{(\w+)[^}]*\}", lambda part: NAMES.get(part[1], "x"), pattern)
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            found.add((pattern, method, address))
    return found


async def test_nobody_gets_anything_but_what_is_open_to_everybody(process: Process) -> None:
    process.passing[0] = 1000  # so that no limit stands before the answer
    asked = addresses(process.app)
    assert len(asked) > 40
    for pattern, method, address in sorted(asked):
        async with process.session.request(method, address, allow_redirects=False) as answer:
            text = await answer.text()
        assert answer.status < 500, (method, address)
        assert answer.status != 429
        if answer.status == 200:
            assert pattern in OPEN, (method, address)
            assert method in {"GET", "OPTIONS"}, (method, address)
        assert "octo" not in text


async def test_every_answer_lets_a_browser_do_nothing_but_what_its_page_says(process: Process) -> None:
    """Also refusals, pages that are not there, and what machines read."""
    process.passing[0] = 1000
    for _, method, address in sorted(addresses(process.app)):
        async with process.session.request(method, address, allow_redirects=False) as answer:
            await answer.read()
        headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), (method, address)
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in headers


PATHS = (
    *(b"/", b"/deliveries", b"/ci/x.y.z", b"/static/%ff", b"/sign-in?to=%ff"),
    b"/sign-in/callback?code=%ff&state=%ed%a0%80",
)


async def test_no_state_of_a_request_ends_in_an_error(process: Process) -> None:
    """Cookies and headers of bytes, on every kind of route."""
    process.passing[0] = 1000
    hostile = (
        b"Cookie: pilothouse=\xff\xfe; pilothouse-way=\xed\xa0\x80\r\n",
        b"Cookie: pilothouse=" + b"a" * 5000 + b"\r\n",
        b"Cookie: pilothouse_said=====\xff\r\n",
        b"X-Forwarded-For: \xff, ,, not-an-address\r\nForwarded: for=\xff\r\n",
        b"Accept-Language: \xff\r\nAccept: \x80\r\nRange: bytes=9-0\r\n",
        b"Sec-Fetch-Site: \xff\r\nContent-Type: \xff; charset=\xff\r\n",
    )
    for path in PATHS:
        for line in hostile:
            status = await status_of(process, b"GET " + path + b" HTTP/1.1\r\n" + line)
            assert status < 500, (path, line)
    for line in hostile:
        head = b"POST /sign-out HTTP/1.1\r\nContent-Length: 4\r\n" + line
        assert await status_of(process, head, b"a=%f") < 500, line


async def status_of(process: Process, head: bytes, body: bytes = b"") -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(head + b"Host: bot.example\r\nConnection: close\r\n\r\n" + body)
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


async def test_who_guesses_signatures_is_slowed_down_and_github_is_not(process: Process) -> None:
    """Also who claims to come from elsewhere each time: nobody told us of a proxy."""
    statuses = []
    with capture_logs() as lines:
        for number in range(60):
            headers = {
                **headers_of(BODY, guid=f"g-{number}"),
                "X-Hub-Signature-256": signature(BODY, b"guess %d" % number),
                "X-Forwarded-For": f"203.0.113.{number}",
            }
            async with process.session.post("/webhook", data=BODY, headers=headers) as answer:
                statuses.append(answer.status)
                waits = answer.headers.get("Retry-After", "")
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert waits
    told = [line for line in lines if line["log_level"] != "debug"]
    assert len(told) < 40  # and the log is not filled with it
    for number in range(40):
        headers = {**headers_of(BODY, guid=f"ok-{number}"), "X-Hub-Signature-256": signature(BODY, SECRET)}
        async with process.session.post("/webhook", data=BODY, headers=headers) as answer:
            assert answer.status == 202


LIMITED = [
    *(
        ("GET", "/"),
        ("GET", "/sign-in"),
        ("GET", "/sign-in/callback"),
        ("GET", "/healthz"),
        ("GET", "/metrics"),
    ),
    *(
        ("GET", "/deliveries"),
        ("GET", "/ci/x.y.z"),
        ("GET", "/static/pages.css"),
        ("GET", "/ci/static/pages.css"),
    ),
    *(("POST", "/sign-out"), ("POST", "/deliveries/replay"), ("PUT", "/anything")),
]


@pytest.mark.parametrize(("method", "path"), LIMITED)
async def test_every_route_is_limited(process: Process, method: str, path: str) -> None:
    """A page costs the database more than it costs to ask for it."""
    for _ in range(700):
        async with process.session.request(method, path, allow_redirects=False) as answer:
            assert answer.status < 500
            if answer.status == 429:
                assert int(answer.headers["Retry-After"]) >= 1
                return
    pytest.fail(f"{path} is never refused")


async def test_what_is_measured_names_nobody(process: Process) -> None:
    """Whoever reaches /metrics learns numbers; repositories and people are for those who bear the token."""
    headers = {**headers_of(BODY), "X-Hub-Signature-256": signature(BODY, SECRET)}
    async with process.session.post("/webhook", data=BODY, headers=headers) as answer:
        assert answer.status == 202
    async with process.session.get("/metrics") as answer:
        text = await answer.text()
    assert "pilothouse_deliveries_total" in text
    assert "a/b" not in text
