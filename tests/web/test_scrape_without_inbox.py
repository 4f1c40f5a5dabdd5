"""A scrape tells what is wrong when the inbox cannot be read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import psycopg
import pytest
from aiohttp.test_utils import TestServer

from bot.storage.inbox_postgres import PostgresInbox
from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.metrics import WebMetrics, render
from bot.web.server import build_app
from handlers import wanted
from tests.support.told_metrics import AT
from tests.support.web import SECRETS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[SqliteInbox]:
    opened = SqliteInbox(tmp_path / "inbox.db", clock=lambda: AT, on_commit=lambda: None)
    opened.open()
    yield opened
    opened.close()


async def _gone() -> None:
    raise OSError("the server closed the connection")


async def _hanging() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("reading", [_gone, _hanging])
async def test_what_the_web_process_counts_is_told_without_the_inbox(
    inbox: SqliteInbox, monkeypatch: pytest.MonkeyPatch, reading: Callable[[], Awaitable[None]]
) -> None:
    """Gone or silent: else an operator would see a scrape that failed, and not why."""
    monkeypatch.setattr("bot.web.metrics._PATIENCE", 0.05)
    metrics = WebMetrics()
    metrics.taken("push", stored=True, seconds=0.1)
    there = (await render(metrics, inbox, now=AT)).decode().splitlines()
    monkeypatch.setattr(SqliteInbox, "backlog", lambda _inbox: reading())
    away = (await render(metrics, inbox, now=AT)).decode().splitlines()
    assert "pilothouse_inbox_readable 1.0" in there
    assert "pilothouse_inbox_waiting 0.0" in there
    assert "pilothouse_inbox_readable 0.0" in away
    assert not [line for line in away if line.startswith("pilothouse_inbox_waiting")]
    assert 'pilothouse_deliveries_total{event="push",outcome="accepted"} 1.0' in away
    assert "pilothouse_inbox_stuck_seconds 0.0" in away
    assert any(line.startswith('pilothouse_web_troubles_total{kind="database_away"}') for line in away)


def _rename(server: str, before: str, after: str) -> None:
    """Take a database away from everybody, as a server that is gone does, or give it back."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [before]
        )
        connection.execute(f"alter database {before} rename to {after}".encode())


@pytest.mark.postgres
async def test_an_operator_sees_that_the_database_went_away_and_came_back(
    postgres_server: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.inbox_postgres._PATIENCE", 0.3)
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    inbox = PostgresInbox(postgres_url, clock=lambda: AT, on_commit=lambda: None)
    inbox.open()
    app = build_app(inbox=inbox, secrets=SECRETS, wanted=wanted, clock=lambda: AT)

    async def told(label: str) -> float:
        async with session.get("/metrics") as answer:
            assert answer.status == 200
            lines = (await answer.text()).splitlines()
        (line,) = [line for line in lines if line.startswith(label)]
        return float(line.rpartition(" ")[2])

    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        readable, away = "pilothouse_inbox_readable", 'pilothouse_web_troubles_total{kind="database_away"}'
        assert await told(readable) == 1
        before = await told(away)
        await asyncio.to_thread(_rename, postgres_server, name, f"{name}_away")
        assert await told(readable) == 0
        assert await told(away) > before
        await asyncio.to_thread(_rename, postgres_server, f"{name}_away", name)
        assert await told(readable) == 1
    inbox.close()
