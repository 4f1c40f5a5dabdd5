"""A scrape tells what is wrong when the inbox cannot be read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.metrics import WebMetrics, render
from tests.support.told_metrics import AT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path


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
