"""Takes the pictures of the documentation: a red pull request with the pages it links, and the report of costs."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.app.clock import clock
from bot.demo.story import STORY
from bot.demo.world import open_world
from tests.support.browser import chromium, launched
from tests.support.report_pictures import shown_report, take_report

if TYPE_CHECKING:
    from playwright.async_api import Browser

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: the width of the screen and how much of the page is shown."""

    name: str
    link: str = ""  # of the summary that leads to the page; without one it is the pull request
    width: int
    height: int
    scale: float


PICTURES = (
    Picture(name="pull-request.png", width=1280, height=1120, scale=1.5),
    Picture(name="pull-request-phone.png", width=390, height=1040, scale=1.5),
    Picture(name="test-report.png", link="Tests", width=1280, height=900, scale=1.5),
    Picture(name="history-phone.png", link="History", width=390, height=900, scale=1.5),
)
_LINK = re.compile(r"\[(Tests|Metrics|History)\]\((\S+)\)")


async def main() -> None:
    """This function will start the demo's world and photograph its red pull request and the bot's pages."""
    executable = chromium()
    if executable is None:
        sys.exit("There is no Chromium on this machine; PILOTHOUSE_TEST_CHROMIUM can name one.")
    explained = STORY[0]
    async with open_world(clock=clock, pace=0.3) as world, launched(executable) as browser:
        sighting = await world.until(lambda: explained.seen(world, 0), seconds=explained.seconds)
        addresses = {"": sighting.url.partition("#")[0], **dict(_LINK.findall(sighting.text))}
        for picture in PICTURES:
            await _take(browser, addresses[picture.link], picture)
            print(f"docs/images/{picture.name}")
    with TemporaryDirectory() as folder:
        async with shown_report(Path(folder)) as url, launched(executable) as browser:
            page = await browser.new_page(device_scale_factor=1.25)
            for taken in await take_report(page, url, IMAGES):
                print(f"docs/images/{taken.name}")


async def _take(browser: Browser, url: str, picture: Picture) -> None:
    page = await browser.new_page(
        viewport={"width": picture.width, "height": picture.height}, device_scale_factor=picture.scale
    )
    await page.goto(url)
    await page.screenshot(path=IMAGES / picture.name)
    await page.close()


if __name__ == "__main__":
    asyncio.run(main())
