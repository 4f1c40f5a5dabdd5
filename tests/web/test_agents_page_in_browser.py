"""The pages of agents in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.page_links import AGENTS, Kind
from bot.supervision.sessions.model import SessionState
from bot.supervision.sessions.store import save_session
from tests.support.agent_pages import save_agents, session
from tests.support.browser import browsing, keep, opened
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import NOON
from tests.support.reading import LINKS, Reader, reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import Literal

    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.no_cover]

ADDRESS = LINKS.address(42, Kind.AGENTS, AGENTS, now=NOON)
ONE = LINKS.address(42, Kind.AGENTS, "helm-1", now=NOON)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; without one the test is skipped, but failed in CI."""
    async with browsing() as started:
        yield started


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path, live_every=0.1) as made:
        await save_agents(made.database, NOON)
        await save_costs(made.database, NOON)
        yield made


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark"), (1280, "light")])
async def test_it_fits_every_width_in_both_colours(
    browser: Browser, reader: Reader, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for name, address in (("agents", ADDRESS), ("agent", ONE)):
        await page.goto(reader.root + address)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert not await page.evaluate(TOO_WIDE)
        await keep(page, f"{name}-{width}")


async def test_what_changes_is_shown_without_a_reload(browser: Browser, reader: Reader) -> None:
    page = await opened(browser, reader.root + ADDRESS)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="mate", exact=True))
    await expect(row).to_contain_text("Dead")

    started = session("mate", NOON, state=SessionState.STARTING, updated_at=NOON)
    await reader.database.write(lambda connection: save_session(connection, started))

    await expect(row).to_contain_text("Starting")


async def test_without_scripts_all_of_it_is_read_and_each_agent_is_found(
    browser: Browser, reader: Reader
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(reader.root + ADDRESS)

    await page.get_by_role("table").first.get_by_role("link", name="helm-1", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("helm-1")
    await page.get_by_role("link", name="← All agents").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Agents and builds")
