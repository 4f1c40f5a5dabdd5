"""Signing in and out in a real browser, from the first page to GitHub's question and back."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.app.clock import clock
from bot.app.site import add_site
from bot.github.sightings import KnownRepository
from bot.localhub.pages.routes import open_site
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts
from bot.recovery.known import learn
from bot.storage.database import Database
from bot.storage.inbox_choice import inbox_at
from bot.web.server import bound, build_app, listening
from bot.web.signin.door import CALLBACK
from handlers import wanted
from tests.support.accessibility import assert_accessible, assert_fits
from tests.support.browser import PATIENCE, browsing, keep
from tests.support.signing_in import SECRET, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aiohttp import web
    from playwright.async_api import Browser, ConsoleMessage, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.no_cover]

READABLE, SECRET_ONE = "acme/rocket", "acme/secret"


@dataclass(frozen=True)
class Place:
    """The bot's pages and GitHub's."""

    hub: LocalHub
    url: str


def _with_pages(hub: LocalHub, app: web.Application) -> None:
    open_site(hub, app)


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[Place]:
    """This function will serve the dashboard beside a local GitHub with its pages."""
    hub = await LocalHub.start(clock=clock, extend=_with_pages)
    made = [accounts.create_repository(hub.store, name) for name in (READABLE, SECRET_ONE)]
    installation = accounts.install(hub.store, hub.app, *made)
    accounts.set_role(made[0], hub.store.user("ada"), "write")
    hub.store.user("grace")
    url = f"sqlite:///{folder / 'pilothouse.db'}"
    database, inbox = Database(url), inbox_at(url, clock=clock)
    database.open()
    inbox.open()
    known = [
        KnownRepository(
            repository_id=one.id,
            installation_id=installation.id,
            full_name=one.full_name,
            is_private=True,
            default_branch="main",
        )
        for one in made
    ]
    await database.write(lambda connection: learn(connection, known, at=clock()))
    sock = bound("127.0.0.1", 0)
    root = f"http://127.0.0.1:{sock.getsockname()[1]}"
    hub.authorizations.callback_urls = (root + CALLBACK,)
    app = build_app(inbox=inbox, secrets=(SECRET,), wanted=wanted, clock=clock)
    add_site(app, settings_for(hub, url, root), inbox, open_database=lambda: Database(url))
    async with listening(app, host="127.0.0.1", port=0, sock=sock):
        yield Place(hub, root)
    inbox.close()
    database.close()
    await hub.close()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """The bot's pages and GitHub's."""
    async with both(tmp_path) as made:
        yield made


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; without one the test is skipped, but failed in CI."""
    async with browsing() as started:
        yield started


async def someone(browser: Browser, place: Place) -> tuple[Page, list[str]]:
    """This function will open the bot's first page in a profile of its own, and note what the browser complains of."""
    page = await (await browser.new_context(reduced_motion="reduce")).new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    await page.goto(place.url)
    return page, complaints


async def test_somebody_signs_in_sees_what_they_can_read_and_signs_out(
    browser: Browser, place: Place
) -> None:
    page, complaints = await someone(browser, place)
    await assert_accessible(page)
    await keep(page, "sign-in")
    await page.goto(f"{place.url}/repos/{READABLE}")  # a link that somebody was sent
    await page.get_by_label("Acting as").select_option("ada")
    await expect(page.get_by_text("You act as ada")).to_be_visible()
    await keep(page, "sign-in-at-github")
    await page.get_by_role("button", name="Authorize Pilothouse").click()
    await expect(page).to_have_url(f"{place.url}/repos/{READABLE}")
    await page.goto(place.url)
    await expect(page.get_by_role("link", name=READABLE).first).to_be_visible()
    assert SECRET_ONE not in await page.content()
    answer = await page.goto(f"{place.url}/repos/{SECRET_ONE}")
    assert answer is not None
    assert answer.status == 404
    await page.goto(place.url)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("link", name="Sign in with GitHub")).to_be_visible()
    await page.get_by_role("link", name="Sign in with GitHub").click()  # GitHub does not ask twice
    await page.get_by_role("link", name="ada", exact=True).click()
    await expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    await assert_fits(page, "account")
    await assert_accessible(page)
    await page.get_by_role("button", name="Sign out everywhere").click()
    await expect(page.get_by_role("link", name="Sign in with GitHub")).to_be_visible()
    assert [one for one in complaints if "404" not in one] == []


def _note(complaints: list[str], told: ConsoleMessage) -> None:
    complaints.append(told.text)


async def test_who_comes_before_the_tables_are_made_waits_on_a_page_that_looks_again(
    browser: Browser, tmp_path: Path
) -> None:
    """The very first start: the port is open, and the worker has not come so far yet."""
    url = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    hub, inbox, database = await LocalHub.start(clock=clock), inbox_at(url, clock=clock), Database(url)
    inbox.open()
    sock = bound("127.0.0.1", 0)
    root = f"http://127.0.0.1:{sock.getsockname()[1]}"
    app = build_app(inbox=inbox, secrets=(SECRET,), wanted=wanted, clock=clock)
    add_site(app, settings_for(hub, url, root), inbox, open_database=lambda: Database(url))
    async with listening(app, host="127.0.0.1", port=0, sock=sock):
        for colours in ("light", "dark"):
            page = await (await browser.new_context(color_scheme=colours)).new_page()
            page.set_default_timeout(PATIENCE)
            complaints: list[str] = []
            page.on("console", partial(_note, complaints))
            await page.goto(root)
            await expect(page.get_by_role("heading", name="Pilothouse is starting")).to_be_visible()
            await assert_fits(page, f"starting-{colours}")
            await assert_accessible(page)
            assert [one for one in complaints if "503" not in one] == []
        await asyncio.to_thread(database.open)
        await expect(page.get_by_role("link", name="Sign in with GitHub")).to_be_visible(timeout=PATIENCE)
    inbox.close()
    database.close()
    await hub.close()


async def test_two_browsers_are_two_people(browser: Browser, place: Place) -> None:
    for login, sees in (("ada", True), ("grace", False)):
        page, _ = await someone(browser, place)
        await page.goto(place.hub.url)
        await page.get_by_label("Acting as").select_option(login)
        await expect(page.locator("#persona option[selected]")).to_have_text(re.compile(login))
        await page.goto(place.url)
        await page.get_by_role("link", name="Sign in with GitHub").click()
        await page.get_by_role("button", name="Authorize Pilothouse").click()
        await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert (READABLE in await page.content()) is sees


async def test_who_says_no_is_told_so_in_a_page_that_everybody_can_use(
    browser: Browser, place: Place
) -> None:
    page, complaints = await someone(browser, place)
    await page.get_by_role("link", name="Sign in with GitHub").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    await assert_fits(page, "sign-in-refused")
    await assert_accessible(page)
    assert [one for one in complaints if "403" not in one] == []
    await page.get_by_role("link", name="Sign in with GitHub").click()
    await expect(page.get_by_role("button", name="Authorize Pilothouse")).to_be_visible()
