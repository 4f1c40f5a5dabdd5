"""The bot's pages in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.page_links import MERGES, TODAY, Kind
from bot.releases.underway import page_subject
from tests.support.browser import browsing
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import NOON
from tests.support.history import save_weeks
from tests.support.merge_pages import save_merges
from tests.support.pipeline_samples import save_pipeline
from tests.support.reading import LINKS, Reader, reading
from tests.support.release_pages import TAG, save_release
from tests.support.trust_pages import DEPLOYMENT_ID, GATE_ID, save_deployment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.no_cover]

SCREENSHOTS = Path("test-artifacts/screenshots")
PAGES = {
    "tests": LINKS.address(42, Kind.TESTS, "300", "1", now=NOON) + "?base=main",
    "runs": LINKS.address(42, Kind.TESTS, now=NOON),
    "metrics": LINKS.address(42, Kind.METRICS, now=NOON),
    "history": LINKS.address(42, Kind.HISTORY, now=NOON),
    "deployment": LINKS.address(42, Kind.DEPLOYMENT, str(DEPLOYMENT_ID), now=NOON),
    "gate": LINKS.address(42, Kind.GATE, GATE_ID, now=NOON),
    "release": LINKS.address(42, Kind.RELEASE, page_subject(TAG), now=NOON),
    "merges": LINKS.address(42, Kind.MERGES, MERGES, now=NOON),
    "costs": LINKS.address(42, Kind.COSTS, TODAY, now=NOON),
}
# What a person who does not see the page would miss: names of regions, of tables' heads, of pictures.
UNNAMED = """() => [
  ...document.querySelectorAll('[role=region]:not([aria-label]):not([aria-labelledby])'),
  ...document.querySelectorAll('th:not([scope])'),
  ...document.querySelectorAll('img:not([alt]), svg:not([aria-label]):not([aria-hidden])'),
  ...document.querySelectorAll('a:not(:has(*)):empty, table:not(:has(thead))'),
  ...[...document.querySelectorAll('[aria-labelledby]')].filter(
    (one) => !document.getElementById(one.getAttribute('aria-labelledby'))),
].map((one) => one.outerHTML.slice(0, 120))"""
# Text against what it stands on, as https://www.w3.org/TR/WCAG22/#contrast-minimum asks.
FAINT = """() => {
  const channels = (color) => (color.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const color = channels(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const one of document.querySelectorAll('main *, header *, footer')) {
    const text = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!text || one.closest('.skip')) continue;
    const [a, b] = [light(channels(getComputedStyle(one).color)), light(behind(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(`${one.tagName}.${one.className} ${ratio.toFixed(2)}`);
  }
  return [...new Set(faint)];
}"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; without one the test is skipped, but failed in CI."""
    async with browsing() as started:
        yield started


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path) as made:
        await save_weeks(made.database, NOON)
        await save_pipeline(made.database, NOON)
        await save_deployment(made.database, NOON)
        await save_merges(made.database, NOON)
        await save_release(made.database, NOON)
        await save_costs(made.database, NOON)
        yield made


async def _overflow(page: Page) -> int:
    return int(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_fits_is_named_and_can_be_read(
    browser: Browser, reader: Reader, width: int, scheme: str
) -> None:
    """No page scrolls sideways, breaks the content security policy, lacks a name or is too faint to read."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=True,
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, address in PAGES.items():
        await page.goto(reader.root + address)
        await page.screenshot(path=SCREENSHOTS / f"page-{name}-{width}-{scheme}.png", full_page=True)
        assert (name, await _overflow(page)) == (name, 0)
        assert (name, await page.evaluate(UNNAMED)) == (name, [])
        assert (name, await page.evaluate(FAINT)) == (name, [])
        assert await page.locator("h1").count() == 1
    assert complaints == []


async def test_a_reader_goes_from_run_to_run_without_scripts(browser: Browser, reader: Reader) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(reader.root + PAGES["tests"])

    await expect(page.get_by_role("heading", name="Failures")).to_be_visible()
    await expect(page.locator(".failure pre")).to_contain_text("panicked at src/hull.rs:73:5")
    await page.locator(".rows li:not(:has(.state)) a").first.click()

    await expect(page.locator(".state").first).to_contain_text("Passed")
    await expect(page.get_by_role("heading", name="Failures")).to_have_count(0)


async def test_a_link_that_is_no_good_says_where_to_find_one(browser: Browser, reader: Reader) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 900})
    answer = await page.goto(reader.root + "/ci/42/tests/6b2f0380-abc")

    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading")).to_have_text("There is nothing at this address")
    await expect(page.locator("main")).to_contain_text("newest link from the failure summary")
    assert await _overflow(page) == 0
