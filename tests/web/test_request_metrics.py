"""How often the site is asked, and what the bot serves, as a scrape is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry

from bot.recovery.known import KnownRepository, learn
from bot.storage.database import Database
from bot.storage.web_tables import rate_budgets
from bot.web.installed_metrics import installed_gauges
from bot.web.metrics import written
from bot.web.request_metrics import measured, place_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "overview"),
        ("/repos/o/n/failures", "repos"),
        ("/levels", "levels"),
        ("/.env", "other"),
        ("/wp-admin/x.php", "other"),
        ("//levels", "overview"),
    ],
)
def test_strangers_make_no_new_labels(path: str, place: str) -> None:
    assert place_of(path) == place


async def test_requests_are_counted_by_place_and_status_and_deliveries_are_not() -> None:
    registry = CollectorRegistry()

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/audit":
            raise web.HTTPForbidden
        if request.path == "/costs":
            raise ValueError("a bug")
        kind = "text/event-stream" if request.path.endswith("changes") else "text/html"
        return web.Response(content_type=kind)

    app = web.Application(middlewares=[measured(registry)])
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        for path in ("/", "/repos/o/n", "/repos/o/n/-/changes", "/audit", "/costs", "/webhook"):
            await session.get(server.make_url(path))

    def told(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert told("pilothouse_requests_total", place="repos", status="200") == 2
    assert told("pilothouse_requests_total", place="audit", status="403") == 1
    assert told("pilothouse_requests_total", place="costs", status="500") == 1
    assert told("pilothouse_request_seconds_count", place="repos") == 1
    assert told("pilothouse_requests_total", place="other", status="200") is None


async def test_what_the_bot_serves_is_counted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.open()
    known = [
        KnownRepository(
            repository_id=number,
            installation_id=1 + number % 2,
            full_name=f"o/{number}",
            is_private=False,
            default_branch="main",
        )
        for number in range(3)
    ]

    def save(connection: Connection) -> None:
        learn(connection, known, at=AT)
        for installation, until in ((1, AT + timedelta(minutes=1)), (2, AT - timedelta(minutes=1))):
            connection.execute(
                rate_budgets.insert().values(installation_id=installation, blocked_until=until, updated_at=AT)
            )

    await database.write(save)
    text = written(await database.read(lambda rows: installed_gauges(rows, AT))).decode().splitlines()
    database.close()

    assert "pilothouse_repositories 3.0" in text
    assert "pilothouse_installations 2.0" in text
    assert "pilothouse_signed_in 0.0" in text
    blocked = [line for line in text if line.startswith("pilothouse_github_blocked_until")]
    assert blocked == ['pilothouse_github_blocked_until_timestamp_seconds{installation="1"} 1.77236646e+09']
