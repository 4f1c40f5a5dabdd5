"""The report of costs on the local GitHub's pages, as a browser shows it with its charts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.localhub.pages.routes import open_site
from tests.support.bot import serving
from tests.support.browser import PATIENCE
from tests.support.clock import Clock
from tests.support.cost_report import NOW, save_month
from tests.support.reporting import keep

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aiohttp import web
    from playwright.async_api import Page

    from bot.localhub.server import LocalHub

WIDTH = 1000
_TALL = 2_600  # so that every frame is seen, and drawn, without scrolling


@asynccontextmanager
async def shown_report(folder: Path) -> AsyncIterator[str]:
    """This function will have the bot report a month of the reference pipeline, and give the issue's address."""

    def with_pages(hub: LocalHub, application: web.Application) -> None:
        open_site(hub, application)

    async with serving(folder, clock=Clock(NOW), extend=with_pages) as bot:
        reading = await bot.database.write(lambda connection: save_month(connection, bot.ref))
        await keep(bot, reading, cause="one")
        await keep(bot, reading, cause="two")  # now the issue links the comments
        issue = next(one for one in bot.repository.issues.values() if one.title.startswith("Costs of"))
        yield f"{bot.hub.url}/{bot.repository.full_name}/issues/{issue.number}"


async def drawn(page: Page) -> list[str]:
    """This function will wait for every chart of the page and say how each came out: `yes`, or what is wrong."""
    frames = page.locator("iframe.chart")
    found = []
    for number in range(await frames.count()):
        chart = frames.nth(number).content_frame.locator("#chart[data-drawn]")
        await chart.wait_for(timeout=PATIENCE)
        is_drawn = await chart.get_attribute("data-drawn") == "yes"
        found.append("yes" if is_drawn else await chart.inner_text())
    return found


async def take_report(page: Page, url: str, folder: Path) -> tuple[Path, ...]:
    """This function will photograph the comment of the day and the head of the month's issue."""
    await page.set_viewport_size({"width": WIDTH, "height": _TALL})
    await page.goto(url)
    await drawn(page)
    day = page.locator("article", has_text="Forecast for the whole day")
    await day.scroll_into_view_if_needed()
    await page.wait_for_timeout(
        500
    )  # a frame that was out of sight is painted a moment after it comes into it
    await day.screenshot(path=folder / "cost-report.png")
    month = page.locator("article").first
    await month.scroll_into_view_if_needed()
    await page.wait_for_timeout(500)  # as above
    box = await month.bounding_box()
    assert box is not None
    await page.screenshot(path=folder / "cost-month.png", clip={**box, "height": 640.0})
    return (folder / "cost-report.png", folder / "cost-month.png")
