"""A stranger with an empty folder and a browser: from the link on the console to the first summary."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.localhub.state import accounts, git, pulls, runs
from tests.support.accessibility import assert_accessible, assert_fits
from tests.support.bot import log_of
from tests.support.browser import PATIENCE, opened
from tests.support.onboarding import appless_hub, bare_environment, link_of, running

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from bot.localhub.server import LocalHub
    from bot.localhub.state.nouns import Pull

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.no_cover]


async def test_from_an_empty_folder_to_the_first_summary(tmp_path: Path, browser: Browser) -> None:
    """No key is copied by hand, nothing is restarted, and in the end nothing of the set-up is left."""
    async with appless_hub() as hub:
        hub.store.user("ada")
        accounts.create_repository(hub.store, "ada/harbour", owner_type="User")
        async with running(bare_environment(hub, tmp_path), "serve") as process:
            page = await opened(browser, await link_of(process))
            await _look(page, "begin")
            await page.get_by_label("Address of this Pilothouse").fill(page.url.removesuffix("/setup"))
            await page.get_by_role("button", name="Look at what it asks for").click()
            await expect(page.get_by_role("row", name="checks write")).to_be_visible(timeout=PATIENCE)
            await _look(page, "review")
            await page.get_by_role("button", name=re.compile("Create the App on")).click()
            await page.get_by_label("GitHub App name").fill("Harbour pilot")
            await page.get_by_role("button", name="Create GitHub App for ada").click()

            await expect(page.get_by_role("heading", name="harbour-pilot exists")).to_be_visible(
                timeout=PATIENCE
            )
            assert (tmp_path / "credentials.toml").stat().st_mode & 0o777 == 0o600
            await expect(page.get_by_text("it arrived")).to_be_visible(timeout=PATIENCE)
            async with page.context.expect_page() as opening:
                await page.get_by_role("link", name="Install it on GitHub").click()
            github = await opening.value
            await github.get_by_label("ada/harbour").check()
            await github.get_by_role("button", name="Install").click()

            await page.get_by_role("button", name="Examine ada/harbour").click()
            await expect(page.get_by_text(re.compile(r"checks? came out well"))).to_be_visible(
                timeout=PATIENCE
            )
            await _look(page, "onward")
            pull = _break(hub)
            await _summary(hub, pull)

            await page.get_by_role("button", name="Done: close the set-up").click()
            for address in ("/setup", "/setup/created", "/setup/static/setup.css", "/setup/changes"):
                answer = await page.request.get(_root(page) + address)
                assert answer.status == 404, address


def _root(page: Page) -> str:
    return "/".join(page.url.split("/", 3)[:3])


async def _look(page: Page, name: str) -> None:
    """At three widths; everybody can use it."""
    await assert_accessible(page, "dark", "light")
    await assert_fits(page, f"setup-{name}")


def _break(hub: LocalHub) -> Pull:
    store = hub.store
    repository = store.repository("ada/harbour")
    ada = store.user("ada")
    git.push(store, repository, "topic", files={"a.txt": "1"}, message="Dredge", author=ada)
    pull = pulls.open_pull(store, repository, title="Dredge", head="topic", author=ada)
    workflow = runs.workflow_of(store, repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=pull.head_sha, head_branch="topic", actor=ada)
    run = runs.start_run(store, repository, workflow, new, jobs=("test",))
    runs.finish_job(store, run.latest.jobs[0], "failure", log=log_of("pr-rust-test-petgraph-uf"))
    runs.finish_run(store, run)
    return pull


async def _summary(hub: LocalHub, pull: Pull) -> None:
    comments = hub.store.repository("ada/harbour").issues[pull.number].comments
    moved = asyncio.Event()
    hub.store.listeners.append(lambda _: moved.set())
    async with asyncio.timeout(60):
        while not any("pilothouse:summary" in one.body for one in comments):
            await moved.wait()
            moved.clear()
