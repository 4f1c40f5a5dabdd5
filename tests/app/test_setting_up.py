"""A start without an App as a real process: the set-up ends in service, on the same port and without a restart."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.config.credentials import read_credentials
from bot.localhub.state import accounts, git, issues, pulls
from tests.support.onboarding import appless_hub, bare_environment, link_of, running
from tests.support.set_ups import Browser
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from bot.localhub.state.nouns import Comment

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.timeout(90)


async def _walk(link: str, hub: LocalHub, session: aiohttp.ClientSession) -> Browser:
    """Open the link and come back from GitHub with a code that was exchanged."""
    root = f"http://{urlsplit(link).netloc}"
    ada = Browser(root, hub, session)
    await ada.get(link)
    onward = await ada.get(await ada.way_back(public_url=root))
    assert onward.status == 200
    assert "Pilothouse runs as it" in onward.text
    return ada


async def test_deliveries_are_taken_as_soon_as_there_is_an_app(tmp_path: Path) -> None:
    """Who asks while one half gives way to the other waits for an answer; nobody is turned away."""
    async with appless_hub() as hub, running(bare_environment(hub, tmp_path), "web") as process:
        hub.store.user("ada")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            link = await link_of(process)
            asking = asyncio.create_task(_ask_on(f"http://{urlsplit(link).netloc}/healthz"))
            ada = await _walk(link, hub, session)
            async with asyncio.timeout(30):
                while not any(one.event == "ping" and one.succeeded for one in hub.deliveries.listed):
                    await ada.get("/setup")
                    await hub.settle()
            asking.cancel()
            (asked,) = await asyncio.gather(asking, return_exceptions=True)
    assert isinstance(asked, asyncio.CancelledError), asked


async def _ask_on(url: str) -> None:
    """Ask without end, each time over a new connection; a refused one ends it."""
    while True:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            await answer.read()
        await asyncio.sleep(0.01)


async def test_an_app_that_was_deleted_is_replaced(tmp_path: Path) -> None:
    """`setup --again` although there are keys; they are replaced once there are others, and not before."""
    async with appless_hub() as hub:
        hub.store.user("ada")
        environment = bare_environment(hub, tmp_path)
        path = tmp_path / "credentials.toml"
        async with (
            running(environment, "web") as process,
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
        ):
            await _walk(await link_of(process), hub, session)
        first = read_credentials(path, ())
        hub.registrations.delete()
        async with (
            running(environment, "setup", "--again") as process,
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
        ):
            link = await link_of(process)
            assert read_credentials(path, ()) == first
            await _walk(link, hub, session)
        second = read_credentials(path, ())
    assert first is not None
    assert second is not None
    assert first.app_id != second.app_id
    assert second.app_id == str(hub.app_id)


@pytest.mark.postgres
async def test_a_worker_apart_finds_the_keys_that_the_set_up_has_kept(
    postgres_url: str, tmp_path: Path
) -> None:
    """As compose has it: settings in a file, a folder that processes share, a worker that is started afterwards."""
    (tmp_path / "settings.toml").write_text(f'database_url = "{postgres_url}"\nsecret_key = "{"k" * 32}"\n')
    async with (
        appless_hub() as hub,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        environment = bare_environment(hub, tmp_path, XDG_DATA_HOME=str(tmp_path))
        del environment["PILOTHOUSE_DATABASE_URL"]
        environment["PILOTHOUSE_CONFIG"] = str(tmp_path / "settings.toml")
        hub.store.user("ada")
        async with running(environment, "web") as web:
            await _walk(await link_of(web), hub, session)
            assert "sealed" in (tmp_path / "pilothouse" / "credentials.toml").read_text()
            async with running(environment, "worker", "--patient"):
                comments = _ping(hub)
                await until(lambda: any(one.app is hub.app for one in comments), within=60)
    assert _files(tmp_path, "*.db") == []


def _files(folder: Path, pattern: str) -> list[Path]:
    return list(folder.rglob(pattern))


def _ping(hub: LocalHub) -> list[Comment]:
    """Install the App, and write a command; what is said there."""
    store, ada = hub.store, hub.store.user("ada")
    repository = accounts.create_repository(store, "ada/harbour", owner_type="User")
    accounts.install(store, hub.app, repository)
    git.push(store, repository, "topic", files={"a.txt": "1"}, message="Dredge", author=ada)
    pull = pulls.open_pull(store, repository, title="Dredge", head="topic", author=ada)
    issues.write_comment(store, repository, pull.number, body="/ping", author=ada)
    return repository.issues[pull.number].comments


async def test_a_stop_before_there_is_an_app_is_a_quiet_end(tmp_path: Path) -> None:
    async with appless_hub() as hub, running(bare_environment(hub, tmp_path), "serve") as process:
        await link_of(process)
        process.terminate()
        _, told = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in told


async def test_who_guesses_the_token_is_slowed_down(tmp_path: Path) -> None:
    """And every answer, the refusal too, lets browsers do nothing with it."""
    async with (
        appless_hub() as hub,
        running(bare_environment(hub, tmp_path), "web") as process,
        aiohttp.ClientSession() as session,
    ):
        root = (await link_of(process)).partition("/setup")[0]
        statuses = []
        for number in range(120):
            async with session.get(f"{root}/setup?token=guess-{number}") as answer:
                statuses.append(answer.status)
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert statuses[:30] == [403] * 30
    assert 429 in statuses


async def test_the_console_names_the_public_address_too(tmp_path: Path) -> None:
    """And where the keys will be; the token is in no log line."""
    environment = bare_environment(
        await _hub_of_nobody(), tmp_path, PILOTHOUSE_PUBLIC_URL="https://bot.example.org"
    )
    async with running(environment, "web") as process:
        link = await link_of(process)
        process.terminate()
        rest, told = await process.communicate()
    token = urlsplit(link).query.encode()
    assert b"https://bot.example.org/setup?token=" in rest
    assert str(tmp_path / "credentials.toml").encode() in rest
    assert token.removeprefix(b"token=") not in told


async def _hub_of_nobody() -> LocalHub:
    async with appless_hub() as hub:
        return hub
