"""A web process without a worker tells of costs from what workers have stored."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.app.clock import clock
from bot.demo.process import BotProcess
from bot.page_links import TODAY, Kind, PageLinks, page_keys
from bot.storage.database import Database
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub

pytestmark = pytest.mark.timeout(180)

TOKEN = "a token of the operator"
WEB = (sys.executable, "-m", "bot", "web")


async def test_the_page_opens_and_a_scrape_with_the_token_is_told(hub: LocalHub, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    now = clock()
    database = Database(url)
    database.open()
    await save_costs(database, now)
    database.close()
    async with aiohttp.ClientSession() as session:
        bot = BotProcess(
            hub, tmp_path, command=WEB, database_url=url, settings={"PILOTHOUSE_METRICS_TOKEN": TOKEN}
        )
        await bot.start(seconds=60)
        try:
            links = PageLinks(root=bot.url, key=page_keys([hub.webhook_secret.encode()])[0])
            async with session.get(links.address(REPOSITORY.id, Kind.COSTS, TODAY, now=now)) as page:
                shown = await page.text()
            async with session.get(f"{bot.url}/ci/static/uplot.js") as script:
                drawing = await script.text()
            bearing = {"Authorization": f"Bearer {TOKEN}"}
            async with session.get(f"{bot.url}/metrics", headers=bearing) as scrape:
                told = await scrape.text()
            async with session.get(f"{bot.url}/metrics") as scrape:
                untold = await scrape.text()
        finally:
            await bot.stop()

    assert "<h1>Costs of " in shown
    assert "var uPlot=" in drawing
    assert f'pilothouse_budget_limit_dollars{{repository="{REPOSITORY.full_name}"}} 100.0' in told
    assert "pilothouse_inbox_waiting" in untold
    assert "pilothouse_budget" not in untold
    assert TOKEN not in bot.log.read_text(encoding="utf-8")
