"""A real Chromium for the tests that look at pages, and for the pictures of the documentation."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page

SCREENSHOTS = Path("test-artifacts/screenshots")
PATIENCE = 60_000  # milliseconds
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these it looks for updates, for a graphics card, for its maker's hosts.
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """This function will find a Chromium on this machine; PILOTHOUSE_TEST_CHROMIUM names another one."""
    named = os.environ.get("PILOTHOUSE_TEST_CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """This function will start a Chromium for a test; without one the test is skipped, but failed in CI."""
    executable = chromium()
    if executable is None:
        message = "no Chromium on this machine: install one, or name it in PILOTHOUSE_TEST_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    async with launched(executable) as started:
        yield started


@asynccontextmanager
async def launched(executable: str) -> AsyncIterator[Browser]:
    """This function will start a headless Chromium with an empty profile."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0  # its sandbox refuses root
    flags = [*_FLAGS, *(["--no-sandbox"] if is_root else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


async def opened(browser: Browser, url: str) -> Page:
    """This function will open a page that is waited for patiently."""
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    await page.goto(url)
    return page


async def act_as(page: Page, login: str) -> None:
    """This function will choose whom one acts as on the local GitHub's pages."""
    await page.get_by_label("Acting as").select_option(login)
    await expect(page.get_by_label(f"Comment as {login}")).to_be_visible()


async def write(page: Page, who: str, command: str) -> Locator:
    """This function will write a command as someone, and give its receipt."""
    await act_as(page, who)
    # Its own line, by its form: other receipts name the command too, for as long as it is the way on.
    line = re.compile(rf"{re.escape(command)}\s+\w+\s+·\s+\w+\s+·\s+for\s+{re.escape(who)}")
    receipts = page.locator("article.comment.bot", has_text=line)
    before = await receipts.count()
    box = page.get_by_label(f"Comment as {who}")
    await box.fill(command)
    await box.press("Escape")  # the completion stands over the button
    await page.get_by_role("button", name="Comment", exact=True).click()
    receipt = receipts.nth(before)
    await expect(receipt).to_be_visible(timeout=PATIENCE)
    return receipt


async def keep(page: Page, name: str) -> None:
    """This function will keep a picture of the whole page."""
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
