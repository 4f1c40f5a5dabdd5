"""Takes the pictures of the page of costs, over a month that is made up."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.page_links import TODAY, Kind
from tests.support.browser import chromium, launched
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import REPOSITORY
from tests.support.reading import LINKS, reading

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
NOW = datetime(2026, 3, 19, 15, 20, tzinfo=UTC)
PICTURES = (("costs-page.png", 1280, 1120, "light"), ("costs-page-phone.png", 390, 1040, "dark"))


async def main() -> None:
    """This function will photograph the page as a wide screen and as a phone shows it."""
    executable = chromium()
    if executable is None:
        sys.exit("There is no Chromium on this machine; PILOTHOUSE_TEST_CHROMIUM can name one.")
    with TemporaryDirectory() as folder:
        async with reading(Path(folder), now=NOW) as reader, launched(executable) as browser:
            await save_costs(reader.database, NOW, agent="lookout")
            address = reader.root + LINKS.address(REPOSITORY.id, Kind.COSTS, TODAY, now=NOW)
            for name, width, height, scheme in PICTURES:
                page = await browser.new_page(
                    viewport={"width": width, "height": height},
                    device_scale_factor=1.5,
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                await page.goto(address)
                await page.locator("figure canvas").last.wait_for()
                await page.screenshot(path=IMAGES / name)
                print(f"docs/images/{name}")


if __name__ == "__main__":
    asyncio.run(main())
