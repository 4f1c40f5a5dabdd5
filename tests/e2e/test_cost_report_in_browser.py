"""The report of costs in a real browser: written by the bot, shown as GitHub shows it, its charts drawn by Mermaid."""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.support.browser import SCREENSHOTS, keep
from tests.support.report_pictures import WIDTH, drawn, shown_report, take_report

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, ConsoleMessage, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.no_cover]

# Of the bars of hours to come: on a narrow screen they end below the axis.
_NOT_DRAWN = "<rect> attribute height: A negative value"
CHARTS = 5  # of the month: days, services; of the week: days; of the day: hours, services


def _listen(page: Page) -> list[str]:
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if _NOT_DRAWN not in message.text:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_chart_of_the_report_is_drawn(tmp_path: Path, browser: Browser, scheme: str) -> None:
    """No chart is refused, nothing is complained of, and the page does not scroll sideways, even on a phone."""
    async with shown_report(tmp_path) as url:
        context = await browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        page = await context.new_page()
        complaints = _listen(page)

        for width in (390, WIDTH):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(url)
            assert await drawn(page) == ["yes"] * CHARTS
            overflow = await page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert (width, overflow) == (width, 0)
            await keep(page, f"cost-report-{width}-{scheme}")
        assert complaints == []


async def test_the_report_is_photographed(tmp_path: Path, browser: Browser) -> None:
    """The pictures of the documentation are these; a bar, a line and a slice are really on them."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    async with shown_report(tmp_path) as url:
        page = await browser.new_page()
        taken = await take_report(page, url, SCREENSHOTS)

        assert all(path.read_bytes().startswith(b"\x89PNG") for path in taken)
        frames = [page.locator("iframe.chart").nth(number).content_frame for number in range(CHARTS)]
        day, services = frames[-2], frames[-1]
        await expect(day.locator("g.bar-plot-0 rect")).to_have_count(24)
        await expect(day.locator("g[class^=line-plot]")).to_have_count(2)
        await expect(services.locator("path.pieCircle")).not_to_have_count(0)


async def test_a_chart_can_reach_neither_its_page_nor_the_network(tmp_path: Path, browser: Browser) -> None:
    """Whoever writes a chart writes a stranger's text into the page."""
    async with shown_report(tmp_path) as url:
        page = await browser.new_page()
        await page.goto(url)
        await drawn(page)
        inside = page.frames[1]

        assert await inside.evaluate("origin") == "null"
        assert await inside.evaluate(
            "() => { try { return parent.document.title } catch { return 'kept out' } }"
        ) == ("kept out")
        assert await inside.evaluate("() => fetch('/').then(() => 'reached', () => 'kept out')") == "kept out"


def test_mermaid_is_the_one_that_its_readme_names() -> None:
    """Changed bytes would be somebody else's script."""
    folder = resources.files("bot.localhub.pages").joinpath("static", "mermaid")
    named = re.findall(r"`sha256-([0-9a-f]{64})`", folder.joinpath("README.md").read_text())

    script = gzip.decompress(folder.joinpath("mermaid.tiny.js.gz").read_bytes())

    assert named == [hashlib.sha256(script).hexdigest()]
