"""Takes the pictures of the dashboard, over a thousand repositories that are made up."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.storage.database import Database
from tests.support.browser import chromium, launched
from tests.support.dashboard import OPERATOR, board_over
from tests.support.thousand import save_thousand

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PICTURES = (
    ("dashboard", 1280, 860, "light"),
    ("dashboard-phone", 390, 844, "light"),
    ("dashboard-dark", 390, 844, "dark"),
)


async def main() -> None:
    """This function will photograph the overview as a wide screen and as phones show it."""
    executable = chromium()
    if executable is None:
        sys.exit("There is no Chromium on this machine; PILOTHOUSE_TEST_CHROMIUM can name one.")
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bot.db")
        database.open()
        await save_thousand(database)
        async with (
            board_over(database, Path(folder), viewer=OPERATOR) as board,
            launched(executable) as browser,
        ):
            for name, width, height, colours in PICTURES:
                page = await browser.new_page(
                    viewport={"width": width, "height": height},
                    device_scale_factor=1.5,
                    color_scheme="dark" if colours == "dark" else "light",
                )
                await page.goto(board.root)
                await page.locator("h1").wait_for()
                await page.screenshot(path=IMAGES / f"{name}.png")
                print(f"docs/images/{name}.png")
        database.close()


asyncio.run(main())
