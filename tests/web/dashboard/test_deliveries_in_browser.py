"""The pages of deliveries as people see and use them, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.storage.deliveries.model import State
from tests.support.accessibility import WIDTHS, assert_accessible, overflow
from tests.support.browser import PATIENCE, browsing
from tests.support.dashboard import HOME, OPERATOR, Board, board_over, boarding
from tests.support.delivered import delivered, save_deliveries, save_runs
from tests.support.inbox import done

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser

    from bot.storage.database import Database

# What the pages are made of is measured by the tests beside this one.
pytestmark = [pytest.mark.browser, pytest.mark.no_cover]


async def test_deliveries_are_read_replayed_and_followed(thousand: Database, tmp_path: Path) -> None:
    """Every width and both colours; a failed delivery is handled again by its button, and its page follows that."""
    save_runs(thousand)
    async with board_over(thousand, tmp_path, viewer=OPERATOR, every=0.05) as board, browsing() as browser:
        ids = await save_deliveries(board.inbox)
        await _looked_at(browser, board, [f"/deliveries/{ids['g-run']}", "/deliveries", f"{HOME}/failures"])
        page = await browser.new_page()
        await page.goto(f"{board.root.rstrip('/')}/deliveries/{ids['g-broken']}")
        await page.get_by_role("button", name="Handle it again").click()
        await expect(page.get_by_role("status")).to_contain_text(
            "waits to be handled again", timeout=PATIENCE
        )
        await expect(page.get_by_text("It waits already.")).to_be_visible(timeout=PATIENCE)
        assert (await board.inbox.states(["g-broken"]))["g-broken"] is State.WAITING
        waiting = await board.inbox.take(lambda _: 10, 10)
        await board.inbox.finish(done(row.sequence for row in waiting))
        # Nobody loads the page again: it hears that something moved.
        await expect(page.locator("main .state").first).to_have_text("Handled", timeout=PATIENCE)


async def test_an_open_list_shows_what_comes_and_leaves_alone_who_types(tmp_path: Path) -> None:
    """New rows and states appear by themselves; a filter that is being filled in is not taken from under one."""
    async with boarding(tmp_path, viewer=OPERATOR, every=0.05) as board, browsing() as browser:
        await board.inbox.put(delivered("g-first", "push"))
        page = await browser.new_page()
        await page.goto(f"{board.root.rstrip('/')}/deliveries")
        rows, states = page.locator("tbody tr"), page.locator("tbody .state")
        await expect(states).to_have_text(["Waits"], timeout=PATIENCE)
        waiting = await board.inbox.take(lambda _: 10, 10)
        await board.inbox.finish(done(row.sequence for row in waiting))
        await expect(states).to_have_text(["Handled"], timeout=PATIENCE)
        link = page.get_by_role("link", name="push")
        await link.focus()
        await board.inbox.put(delivered("g-second", "status"))
        await expect(rows).to_have_count(2, timeout=PATIENCE)
        await expect(link).to_be_focused()

        event = page.get_by_label("Event", exact=True)
        await event.fill("workflow_r")
        async with page.expect_response(lambda answer: answer.url.endswith("/deliveries")):
            await board.inbox.put(delivered("g-third", "check_run"))
        await expect(event).to_have_value("workflow_r")
        await expect(rows).to_have_count(2)
        await event.blur()
        await expect(rows).to_have_count(3, timeout=PATIENCE)


async def _looked_at(browser: Browser, board: Board, addresses: list[str]) -> None:
    for address in addresses:
        for width in WIDTHS:
            page = await browser.new_page(viewport={"width": width, "height": 900})
            await page.goto(board.root.rstrip("/") + address)
            assert (address, width, await overflow(page)) == (address, width, 0)
            if width == WIDTHS[0]:
                await assert_accessible(page)
            await page.close()
