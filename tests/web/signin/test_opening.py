"""Signing in at the very first start, before there are tables."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.app.signing_in import open_site
from bot.storage.database import Database
from tests.support.signing_in import settings_for
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

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
    with pytest.raises(web.HTTPServiceUnavailable) as refused:
        await open_site(settings_for(hub, url, PUBLIC), lambda: Database(url), clock, count=print)
    assert refused.value.headers["Retry-After"] == "10"


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
