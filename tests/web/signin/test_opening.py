"""Signing in at the very first start, before there are tables."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app.signing_in import open_site
from bot.storage.database import Database
from bot.web.signin.door import Door
from tests.support.signing_in import settings_for
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock

PUBLIC = "https://bot.example.org"


async def test_a_browser_that_is_faster_than_the_first_start_is_told_to_come_back(
    hub: LocalHub, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker makes the tables; the port is open before that."""
    monkeypatch.setattr("bot.app.signing_in._LOOKS", 1)
    monkeypatch.setattr("bot.app.signing_in._SECONDS_BETWEEN", 0.0)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    settings = settings_for(hub, url, PUBLIC)
    app = web.Application()
    Door(partial(open_site, settings, lambda: Database(url), clock, count=print)).add_to(app)
    async with TestClient(TestServer(app)) as client:
        for accepted, kind, words in (
            ("text/html,*/*;q=0.8", "text/html", "<h1>Pilothouse is starting</h1>"),
            ("application/json", "application/json", '"status":"starting"'),
            ("*/*", "text/plain", "Pilothouse is starting. Try again in a moment.\n"),
            ("text/event-stream", "text/plain", "starting"),
        ):
            headers = {"Accept": accepted}
            async with client.get("/sign-in?to=/queue", headers=headers) as answer:
                assert (answer.status, answer.content_type) == (503, kind)
                assert answer.headers["Retry-After"] == "2"
                assert answer.headers["Cache-Control"] == "no-store"
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                assert ("Refresh" in answer.headers) is (kind == "text/html")
                assert words in await answer.text()
        async with client.post("/sign-out", headers={"Accept": "text/html"}) as answer:
            assert answer.status == 503
            assert "Refresh" not in answer.headers
            assert 'href="/"' in await answer.text()


async def test_it_waits_for_the_tables_of_the_first_start(
    hub: LocalHub, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.signing_in._SECONDS_BETWEEN", 0.05)
    file = tmp_path / "new.db"
    url = f"sqlite:///{file}"
    opening = asyncio.create_task(
        open_site(settings_for(hub, url, PUBLIC), lambda: Database(url), clock, count=print)
    )
    await until(file.exists)
    worker = Database(url)
    await asyncio.to_thread(worker.open)
    site = await opening
    await site.close()
    worker.close()
