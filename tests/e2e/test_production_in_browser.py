"""Production at a real browser: order, bake, a second person's button, bad health, rollback, freeze."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.demo.chapters.production import BAKE
from tests.support.browser import PATIENCE, act_as, keep, opened, write

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

    from bot.demo.world import World
    from bot.localhub.state.nouns import Pull

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420), pytest.mark.no_cover]

SLOW = 2 * PATIENCE
GATE = "pilothouse / production"


async def _is_green(world: World, pull: Pull) -> None:
    def found() -> bool | None:
        runs = [run for run in world.harbour.repository.runs.values() if run.head_sha == pull.head_sha]
        return any(run.latest.conclusion == "success" for run in runs) or None

    await world.until(found, seconds=60)


async def _reaches_staging(page: Page) -> None:
    receipt = await write(page, "kofi", "/deploy staging")
    await expect(receipt).to_contain_text("succeeded", timeout=SLOW)
    await page.wait_for_timeout(BAKE.total_seconds() * 1000)


async def _asks_for_production(page: Page) -> Locator:
    receipt = await write(page, "kofi", "/deploy production")
    gate = page.locator("#checks li", has_text=GATE)
    await expect(gate.get_by_role("button", name="Approve")).to_be_visible(timeout=SLOW)
    return receipt


async def _approves(page: Page, who: str) -> None:
    await act_as(page, who)
    await page.locator("#checks li", has_text=GATE).get_by_role("button", name="Approve").click()


async def test_production_is_approved_by_a_second_person_and_put_back_when_it_is_not_healthy(
    world: World, browser: Browser
) -> None:
    harbour, services = world.harbour, world.player.services
    home = f"{world.hub.url}/{harbour.repository.full_name}"
    await _is_green(world, harbour.green)
    page = await opened(browser, f"{home}/pull/{harbour.green.number}")

    early = await write(page, "kofi", "/deploy production")
    await expect(early).to_contain_text("order_unmet", timeout=PATIENCE)
    await _reaches_staging(page)
    receipt = await _asks_for_production(page)
    await keep(page, "production-waits")
    await _approves(page, "wren")
    await expect(receipt).to_contain_text("succeeded", timeout=SLOW)
    assert services.running("production") == harbour.green.head_sha
    await keep(page, "production-deployed")

    await _is_green(world, harbour.berthless)
    await page.goto(f"{home}/pull/{harbour.berthless.number}")
    await _reaches_staging(page)
    receipt = await _asks_for_production(page)
    await _approves(page, "amara")
    await expect(receipt).to_contain_text("rolled back", timeout=SLOW)
    assert services.running("production") == harbour.green.head_sha
    assert services.health("production")[0] == 200
    await keep(page, "production-rolled-back")

    await receipt.get_by_role("link", name="Timeline, facts and decision").click()
    await expect(page.locator("main")).to_contain_text("production", timeout=PATIENCE)
    await expect(page.locator("main")).to_contain_text("unhealthy")
    await keep(page, "production-timeline")
    await page.go_back()

    again = await write(page, "kofi", "/deploy production")
    await expect(again).to_contain_text("environment_frozen", timeout=PATIENCE)
    await page.goto(f"{home}/issues")
    await page.get_by_role("link", name=re.compile("production is frozen")).click()
    await expect(page.locator("main")).to_contain_text("/unlock production")
    await keep(page, "production-frozen")
