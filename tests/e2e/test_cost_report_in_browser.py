"""The report of costs in a real browser: written by the bot, shown as GitHub shows it, its charts drawn by Mermaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.pages.routes import open_site
from tests.support.bot import serving
from tests.support.browser import PATIENCE, keep
from tests.support.clock import Clock
from tests.support.cost_report import NOW, save_month
from tests.support.cost_report import keep as keep_report

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import web
    from playwright.async_api import Browser

    from bot.localhub.server import LocalHub

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def _with_pages(hub: LocalHub, application: web.Application) -> None:
    open_site(hub, application)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_chart_of_the_report_is_drawn(tmp_path: Path, browser: Browser, scheme: str) -> None:
    """No chart is refused, nothing is complained of, and nothing of a chart sticks out of its frame."""
    async with serving(tmp_path, clock=Clock(NOW), extend=_with_pages) as bot:
        reading = await bot.database.write(lambda connection: save_month(connection, bot.ref))
        await keep_report(bot, reading, cause="now")
        issue = next(one for one in bot.repository.issues.values() if one.title == "Costs of November 2026")
        context = await browser.new_context(
            viewport={"width": 1100, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))

        await page.goto(f"{bot.hub.url}/{bot.repository.full_name}/issues/{issue.number}")
        frames = page.locator("iframe.chart")
        assert await frames.count() == 5
        for number in range(5):
            drawing = frames.nth(number).content_frame.locator("#chart[data-drawn]")
            await drawing.wait_for(timeout=PATIENCE)
            assert await drawing.get_attribute("data-drawn") == "yes", await drawing.inner_text()
        await keep(page, f"cost-report-{scheme}")
        assert complaints == []
