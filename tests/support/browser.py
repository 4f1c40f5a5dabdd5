"""A real Chromium for the tests that look at pages, and for the pictures of the documentation."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

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
