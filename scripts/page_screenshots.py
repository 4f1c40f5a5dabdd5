"""Takes the pictures of the pages of costs and of agents, over what is made up."""

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.page_links import AGENTS, TODAY, Kind
from tests.support.agent_pages import save_agents
from tests.support.browser import chromium, launched
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import REPOSITORY
from tests.support.reading import LINKS, reading

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
NOW = datetime(2026, 3, 19, 15, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as a screen of a size shows it."""

    name: str
    kind: Kind
    subject: str
    width: int
    height: int
    shown: str  # what has to be there before it is taken
    is_dark: bool = False


COSTS = "figure canvas"
PICTURES = (
    Picture(name="costs-page", kind=Kind.COSTS, subject=TODAY, width=1280, height=1120, shown=COSTS),
    Picture(
        name="costs-page-phone",
        kind=Kind.COSTS,
        subject=TODAY,
        width=390,
        height=1040,
        shown=COSTS,
        is_dark=True,
    ),
    Picture(name="agents-page", kind=Kind.AGENTS, subject=AGENTS, width=1280, height=1180, shown="h1"),
    Picture(
        name="agents-page-phone",
        kind=Kind.AGENTS,
        subject=AGENTS,
        width=390,
        height=1040,
        shown="h1",
        is_dark=True,
    ),
)


async def main() -> None:
    """This function will photograph the pages as a wide screen and as a phone shows them."""
    executable = chromium()
    if executable is None:
        sys.exit("There is no Chromium on this machine; PILOTHOUSE_TEST_CHROMIUM can name one.")
    with TemporaryDirectory() as folder:
        async with reading(Path(folder), now=NOW) as reader, launched(executable) as browser:
            await save_costs(reader.database, NOW, agent="lookout")
            await save_agents(reader.database, NOW, said="nobody has looked at it yet")
            for picture in PICTURES:
                page = await browser.new_page(
                    viewport={"width": picture.width, "height": picture.height},
                    device_scale_factor=1.5,
                    color_scheme="dark" if picture.is_dark else "light",
                )
                address = LINKS.address(REPOSITORY.id, picture.kind, picture.subject, now=NOW)
                await page.goto(reader.root + address)
                await page.locator(picture.shown).last.wait_for()
                await page.screenshot(path=IMAGES / f"{picture.name}.png")
                print(f"docs/images/{picture.name}.png")


if __name__ == "__main__":
    asyncio.run(main())
