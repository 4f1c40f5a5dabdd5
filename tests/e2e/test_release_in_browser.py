"""Merging and a release at a real browser: waited for and merged; stopped at a draft, built again, published."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.demo.chapters.merging import MERGE_CHECK, SHALLOWS
from bot.demo.chapters.releasing import TAG, release_of
from bot.demo.world import open_world
from bot.localhub.scenarios.player import Scene
from bot.localhub.state import git, pulls
from tests.support.browser import PATIENCE, keep, opened, write
from tests.support.pages import clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from bot.demo.world import World
    from bot.localhub.state.nouns import Pull

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.no_cover]

SLOW = 2 * PATIENCE
ARM64 = "harbour-1.0.0-linux-arm64.tar.gz"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The bot as a real process beside a local GitHub whose jobs take little time."""
    async with open_world(clock=clock, pace=1) as made:
        yield made


def _home(world: World) -> str:
    return f"{world.hub.url}/{world.harbour.repository.full_name}"


def _open_pull(world: World) -> Pull:
    """A pull request whose CI fails on the network, once."""
    store, repository, wren = world.hub.store, world.harbour.repository, world.harbour.writer
    world.player.direct(repository, SHALLOWS, Scene.NETWORK_DOWN)
    title = "fix(tides): mark shallows that fall dry"
    git.push(store, repository, SHALLOWS, files={"shallows.py": "1\n"}, message=title, author=wren)
    return pulls.open_pull(store, repository, title=title, head=SHALLOWS, author=wren, body="Fixes #4")


async def test_a_held_pull_request_is_let_go_and_merged_once_its_second_attempt_is_green(
    world: World, browser: Browser
) -> None:
    page = await opened(browser, f"{_home(world)}/pull/{_open_pull(world).number}")
    check = page.locator("#checks li", has_text=MERGE_CHECK)

    held = await write(page, "wren", "/hold until the chart is printed")
    await expect(held).to_contain_text("succeeded", timeout=PATIENCE)
    receipt = await write(page, "kofi", "/merge --when-green")
    await expect(check).to_contain_text("held", timeout=PATIENCE)
    await keep(page, "merge-held")
    await write(page, "wren", "/unhold")

    await expect(receipt).to_contain_text("succeeded", timeout=SLOW)
    await expect(page.locator("#head")).to_contain_text("Merged", timeout=PATIENCE)
    await expect(page.locator("#conversation")).to_contain_text("attempt 2", timeout=PATIENCE)
    await expect(page.locator("#merging, #decide")).to_have_count(0)  # without a reload
    await expect(check).to_contain_text("Merged", timeout=PATIENCE)
    await keep(page, "merge-merged")
    await check.get_by_role("link", name=MERGE_CHECK).click()
    await expect(page.locator("main")).to_contain_text("kofi")
    await keep(page, "merge-check")
    await page.goto(f"{_home(world)}/issues/4")
    await expect(page.locator("main")).to_contain_text("Closed")


async def _become(page: Page, login: str) -> None:
    """Choose whom one acts as on a page without a comment box."""
    async with page.expect_navigation():
        await page.get_by_label("Acting as").select_option(login)


async def _opens_issue(page: Page, world: World) -> None:
    await page.goto(f"{_home(world)}/issues")
    await _become(page, "amara")
    await page.get_by_label("Title").fill("Release 1.0.0")
    await page.get_by_label("Text").fill("Everything is in.")
    await page.get_by_role("button", name="Open issue").click()
    await expect(page.get_by_role("heading", name="Release 1.0.0")).to_be_visible()


async def _stops_at_a_draft(page: Page) -> None:
    """One file is not uploaded: the receipt leads to a draft that holds the others."""
    receipt = await write(page, "amara", f"/release {TAG}")
    await expect(receipt).to_contain_text("assets_missing", timeout=SLOW)
    await expect(receipt).to_contain_text(ARM64)
    await keep(page, "release-stopped")
    await receipt.get_by_role("link", name="The draft").click()
    await expect(page.locator("#release")).to_contain_text("Draft")
    await expect(page.locator("#files")).to_contain_text("SHA256SUMS")
    await expect(page.locator("#files")).not_to_contain_text(ARM64)
    await keep(page, "release-draft")


async def _builds_again(page: Page, world: World) -> None:
    await page.goto(f"{_home(world)}/actions")
    await page.locator("li", has_text="Release #1").get_by_role("link").first.click()
    await page.get_by_role("button", name="Re-run all jobs").click()
    await expect(page.locator("#head")).to_contain_text("attempt 2 of 2")
    await expect(page.locator("#head .state")).to_have_text("Success", timeout=PATIENCE)


async def _digest_of_download(page: Page, folder: Path) -> str:
    async with page.expect_download() as started:
        await page.get_by_role("link", name=ARM64).click()
    path = folder / ARM64
    await (await started.value).save_as(path)
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


async def test_a_release_stops_at_a_draft_and_is_resumed(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    page = await opened(browser, f"{_home(world)}/releases")
    await expect(page.locator("#releases")).to_contain_text("Harbour 0.9.0")
    await page.get_by_label("The next release workflow will").select_option("missing")
    await page.get_by_role("button", name="Set").click()
    await _opens_issue(page, world)
    issue = page.url

    planned = await write(page, "amara", "/release plan 1.0.0")
    await expect(planned).to_contain_text("succeeded", timeout=PATIENCE)
    await keep(page, "release-plan")
    await _stops_at_a_draft(page)
    await _become(page, "rao")
    await expect(page.get_by_role("heading", name="Not found")).to_be_visible()  # drafts are not for readers
    await page.goto(_home(world))
    await _become(page, "kofi")
    await _builds_again(page, world)

    await page.goto(issue)
    receipt = await write(page, "amara", f"/release resume {TAG}")
    await expect(receipt).to_contain_text("succeeded", timeout=SLOW)
    await keep(page, "release-published")
    await receipt.get_by_role("link", name=re.compile("step by step")).click()
    await expect(page.locator("main")).to_contain_text(TAG, timeout=PATIENCE)
    await keep(page, "release-timeline")
    await page.goto(f"{_home(world)}/releases")
    await expect(page.locator("#releases li").first).to_contain_text("Latest")
    await keep(page, "releases")
    await page.goto(f"{_home(world)}/releases/tag/{TAG}")
    await keep(page, "release")
    made = release_of(world)
    assert made is not None
    digests = {one.name: one.digest for one in made.assets.values()}
    assert await _digest_of_download(page, tmp_path) == digests[ARM64]
    await page.set_viewport_size({"width": 390, "height": 844})
    await keep(page, "release-phone")
