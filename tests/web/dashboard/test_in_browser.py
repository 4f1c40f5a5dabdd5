"""The dashboard in a real browser: every page at three widths, in both colours, for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.support.accessibility import WIDTHS, assert_accessible, overflow
from tests.support.browser import SCREENSHOTS, browsing
from tests.support.crawling import walk
from tests.support.dashboard import HOME, OPERATOR, board_over, boarding
from tests.support.diagnosis import NOON
from tests.support.merge_pages import save_merges
from tests.support.trust_pages import save_deployment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser

    from bot.storage.database import Database

_REFUSED = 400
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.no_cover]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; without one the test is skipped, but failed in CI."""
    async with browsing() as started:
        yield started


async def test_every_page_can_be_used_by_everyone(
    thousand: Database, tmp_path: Path, browser: Browser
) -> None:
    """axe-core finds nothing in light or dark, no page scrolls sideways, and none breaks its security policy."""
    complaints: list[str] = []
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        walked = await walk(board)
        page = await browser.new_page()
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
        page.on(
            "response",
            lambda answer: complaints.append(answer.url) if answer.status >= _REFUSED else None,
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        for name, address in walked.by_page.items():
            if address not in walked.weights:
                continue  # a file
            await page.emulate_media(color_scheme="light")
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                if width == WIDTHS[0]:
                    await page.goto(board.root + address, wait_until="domcontentloaded")
                assert (address, width, await overflow(page)) == (address, width, 0)
                await page.screenshot(path=SCREENSHOTS / f"board-{name}-{width}.png", full_page=True)
                if width == WIDTHS[0]:
                    await assert_accessible(page, "light")
            await assert_accessible(page, "dark")
            await page.screenshot(path=SCREENSHOTS / f"board-{name}-dark.png", full_page=True)
        board.viewer = None
        await page.goto(board.root)
        await assert_accessible(page, "light")
    assert complaints == []


async def test_a_reader_goes_through_it_without_scripts(tmp_path: Path, browser: Browser) -> None:
    async with boarding(tmp_path) as board:
        await save_deployment(board.database, NOON)
        await save_merges(board.database, NOON)
        context = await browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
        page = await context.new_page()
        await page.goto(board.root)
        await page.get_by_label("Shown").select_option("gate")
        await page.get_by_role("button", name="Show").click()
        await page.get_by_role("link", name="octo/boat").first.click()
        await page.get_by_role("link", name="#12", exact=True).first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Pull request #12")
        await page.get_by_role("link", name="Environments").click()
        await expect(page.get_by_role("heading", name="production")).to_be_visible()


async def test_an_open_page_shows_what_moves(tmp_path: Path, browser: Browser) -> None:
    """A gate that opens while the overview is open appears on it, and its title says that somebody is needed."""
    async with boarding(tmp_path, every=0.1) as board:
        page = await browser.new_page()
        await page.goto(board.root, wait_until="domcontentloaded")
        await expect(page.get_by_text("Nothing needs anyone")).to_be_visible()
        await save_deployment(board.database, NOON)
        await expect(page.get_by_text("production waits for approval")).to_be_visible()
        await expect(page).to_have_title("(1) Overview · Pilothouse")


async def test_the_keyboard_reaches_the_content_at_once(tmp_path: Path, browser: Browser) -> None:
    async with boarding(tmp_path) as board:
        page = await browser.new_page()
        await page.goto(board.root + HOME, wait_until="domcontentloaded")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        await page.keyboard.press("Enter")
        assert page.url.endswith("#main")
