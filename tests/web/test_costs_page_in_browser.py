"""The charts of a day of costs in a real browser."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.budget.model import Stage
from bot.costs.store.budgets import note_reading
from bot.costs.store.readings import save_reading
from bot.page_links import TODAY, Kind
from tests.support.browser import browsing, keep, opened
from tests.support.cost_pages import reading_at, save_costs
from tests.support.diagnosis import NOON
from tests.support.reading import LINKS, Reader, reading
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser
    from sqlalchemy import Connection

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.no_cover]

NOW = NOON + timedelta(days=18)
ADDRESS = LINKS.address(42, Kind.COSTS, TODAY, now=NOW)
# How many points of a chart are painted: a canvas that nothing was drawn on has none.
PAINTED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, index) => index % 4 === 3 && value > 0).length;
}"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; without one the test is skipped, but failed in CI."""
    async with browsing() as started:
        yield started


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path, now=NOW, live_every=0.1) as made:
        await save_costs(made.database, NOW)
        yield made


async def test_both_charts_are_drawn_and_say_what_is_pointed_at(browser: Browser, reader: Reader) -> None:
    page = await opened(browser, reader.root + ADDRESS)

    await expect(page.locator("figure canvas")).to_have_count(2)
    for index in range(2):
        assert await page.locator("figure canvas").nth(index).evaluate(PAINTED) > 5000
    await page.locator("figure .u-over").first.hover(position={"x": 1, "y": 50})

    await expect(page.locator(".readout").first).to_contain_text("At 00:00: limit $100.00 · spent $0.00")
    await keep(page, "costs-day")


async def test_the_charts_take_on_the_readers_width_and_colours(browser: Browser, reader: Reader) -> None:
    page = await opened(browser, reader.root + ADDRESS)
    chart = page.locator("figure canvas").first
    await expect(page.locator("figure canvas")).to_have_count(2)
    bright = await chart.evaluate("(canvas) => canvas.toDataURL()")

    await page.emulate_media(color_scheme="dark")
    # Not by Playwright's own waiting, which the page's policy stops where it has to look a second time.
    await until(lambda: chart.evaluate("(canvas, bright) => canvas.toDataURL() !== bright", bright))
    await page.set_viewport_size({"width": 390, "height": 900})
    await until(lambda: chart.evaluate("(canvas) => canvas.clientWidth < 390"))

    await expect(page.locator("figure canvas")).to_have_count(2)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wide) == 0


async def test_a_new_look_moves_the_open_page(browser: Browser, reader: Reader) -> None:
    """The figures are read again without a reload, the charts drawn anew, what was unfolded stays so."""
    page = await opened(browser, reader.root + ADDRESS)
    await expect(page.locator("figure canvas")).to_have_count(2)
    await page.get_by_text("Hour by hour").click()
    look = reading_at(NOW + timedelta(minutes=15), Decimal("96.5"), stage=Stage.FROZEN)

    def save(connection: Connection) -> None:
        save_reading(connection, look)
        note_reading(connection, look, noticed=("50", "80"), decision_id="")

    await reader.database.write(save)

    await expect(page.locator(".figures dd").first).to_contain_text("$96.50")
    await expect(page.locator(".head .state").first).to_have_text("Frozen")
    await expect(page.locator("figure canvas")).to_have_count(2)
    assert await page.locator("figure canvas").first.evaluate(PAINTED) > 5000
    await expect(page.locator("#hours table")).to_be_visible()


async def test_a_reader_without_scripts_has_every_figure(browser: Browser, reader: Reader) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = await context.new_page()
    await page.goto(reader.root + ADDRESS)

    await expect(page.locator("figure").first).to_be_hidden()
    await page.get_by_text("Hour by hour").click()
    await expect(page.locator("#hours tbody tr")).to_have_count(13)
    await page.get_by_text("Day by day", exact=True).click()
    await page.get_by_role("link", name="2026-03-17").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Costs of Tuesday, 17 March 2026")
