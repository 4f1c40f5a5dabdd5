"""What a person sees of a set-up that goes wrong: in a browser, on a real process, with the way on beside it."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import expect

from tests.support.accessibility import assert_accessible, assert_fits
from tests.support.browser import PATIENCE, opened
from tests.support.hub import wall_clock
from tests.support.onboarding import appless_hub, bare_environment, link_of, running

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from playwright.async_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.no_cover]


class _Github:
    """GitHub's clock, which goes ahead where a test needs it: the codes that it gives out are good for an hour."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return wall_clock() + self.ahead


async def test_codes_that_are_wrong_or_too_old_a_second_visitor_and_an_app_that_is_gone(
    tmp_path: Path, browser: Browser
) -> None:
    """Each is told with what to do, and in the end the same browser has its App."""
    clock = _Github()
    async with appless_hub(clock=clock) as hub:
        hub.store.user("ada")
        async with running(bare_environment(hub, tmp_path), "serve") as process:
            link = await link_of(process)
            page = await opened(browser, link)
            await expect(page.get_by_label("Address of this Pilothouse")).to_be_visible(timeout=PATIENCE)
            root = "/".join(page.url.split("/", 3)[:3])

            second = await opened(browser, link)  # a window of its own, without the first one's cookies
            await _told(second, "second", "This link was used already")
            await second.goto(f"{root}/setup")
            await _told(second, "closed", "not open to this browser")

            back = await _back_from_github(page, root)
            await page.goto(_with(back, code="x" * 40))
            await _told(page, "wrong-code", "works once and for an hour")
            await page.goto(back)  # its way is used up
            await _told(page, "stray", re.compile("begin", re.IGNORECASE))

            hub.registrations.delete()
            back = await _back_from_github(page, root)
            clock.ahead = timedelta(hours=1, minutes=1)
            await page.goto(back)
            await _told(page, "old-code", "works once and for an hour")
            assert not (tmp_path / "credentials.toml").exists()

            hub.registrations.delete()
            await page.goto(await _back_from_github(page, root))
            await expect(page.get_by_role("heading", name="harbour-pilot exists")).to_be_visible(
                timeout=PATIENCE
            )
            hub.registrations.delete()
            await page.reload()
            await _told(page, "deleted", re.compile("was it deleted.*setup --again"))


async def _back_from_github(page: Page, root: str) -> str:
    """Create an App on GitHub, and be stopped on the way back."""
    await page.goto(f"{root}/setup")
    await page.get_by_label("Address of this Pilothouse").fill(root)
    await page.get_by_role("button", name="Look at what it asks for").click()
    await page.get_by_role("button", name=re.compile("Create the App on")).click()
    await page.get_by_label("GitHub App name").fill("Harbour pilot")
    way: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def stop(route: Route) -> None:
        made = await route.fetch(max_redirects=0)
        way.set_result(made.headers["location"])
        await route.fulfill(status=204)

    await page.route("**/settings/apps", stop)
    await page.get_by_role("button", name="Create GitHub App for ada").click()
    async with asyncio.timeout(PATIENCE / 1000):
        address = await way
    await page.unroute("**/settings/apps")
    return address


def _with(address: str, **changed: str) -> str:
    parts = urlsplit(address)
    query = {name: value for name, (value,) in parse_qs(parts.query).items()} | changed
    return parts._replace(query=urlencode(query)).geturl()


async def _told(page: Page, name: str, words: str | re.Pattern[str]) -> None:
    """It says so, everybody can read it, and it fits."""
    await expect(page.locator("main").get_by_text(words).first).to_be_visible(timeout=PATIENCE)
    await assert_accessible(page, "dark", "light")
    await assert_fits(page, f"setup-{name}")
