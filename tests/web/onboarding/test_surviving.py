"""A set-up that is killed while its person is at GitHub, and goes on when it is started again."""

from __future__ import annotations

import json
import socket
import stat
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.config.credentials import read_credentials
from tests.support.hub import wall_clock
from tests.support.onboarding import appless_hub, bare_environment, link_of, running
from tests.support.set_ups import Browser, SetUp, serving_first_half

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock


def _ways(path: Path) -> Path:
    return path.with_name(f"{path.name}.ways")


def _there(back: str, other: SetUp) -> str:
    """The same way back, at the process that was started since: it has the old one's address."""
    parts = urlsplit(back)
    return f"{other.url}{parts.path}?{parts.query}"


async def test_who_is_at_github_during_a_kill_comes_back_to_keys(
    set_up: SetUp, ada: Browser, clock: Clock
) -> None:
    back = await ada.way_back()
    async with serving_first_half(set_up.hub, set_up.path, clock=clock) as again:
        done = await ada.get(_there(back, again), follow=False)
        assert (done.status, done.headers["Location"]) == (303, "/setup")
        assert again.half.made is not None
        assert set_up.path.exists()
        assert not _ways(set_up.path).exists()


async def test_of_many_ways_the_newest_are_kept(set_up: SetUp, ada: Browser, clock: Clock) -> None:
    first = await ada.way_back()
    form = (await ada.get("/setup")).fields
    for _ in range(8):
        await ada.post("/setup", form)
    assert len(json.loads(_ways(set_up.path).read_text(encoding="utf-8"))["ways"]) == 8
    async with serving_first_half(set_up.hub, set_up.path, clock=clock) as again:
        told = await ada.get(_there(first, again))
        assert (told.status, again.half.made) == (400, None)


async def test_forms_that_were_open_during_a_kill_are_taken(
    set_up: SetUp, ada: Browser, clock: Clock
) -> None:
    form = (await ada.get("/setup")).fields
    await ada.way_back()
    async with serving_first_half(set_up.hub, set_up.path, clock=clock) as again:
        review = await ada.post(f"{again.url}/setup", form)
        assert (review.status, "manifest" in review.fields) == (200, True)


async def test_what_is_kept_tells_digests_alone_and_to_its_owner_alone(set_up: SetUp, ada: Browser) -> None:
    """Neither the cookie, nor a state, nor a code that GitHub gave."""
    back = await ada.way_back()
    (state,), (code,) = (parse_qs(urlsplit(back).query)[name] for name in ("state", "code"))
    text = _ways(set_up.path).read_text(encoding="utf-8")
    assert stat.S_IMODE(_ways(set_up.path).stat().st_mode) == 0o600
    cookies = [cookie.value for cookie in ada.session.cookie_jar]
    assert cookies
    for secret in (state, code, set_up.door.token, *cookies):
        assert secret not in text


async def test_after_an_hour_nothing_is_left(set_up: SetUp, ada: Browser, clock: Clock) -> None:
    back = await ada.way_back()
    clock.advance(timedelta(hours=1))
    async with serving_first_half(set_up.hub, set_up.path, clock=clock) as again:
        assert not _ways(set_up.path).exists()
        told = await ada.get(_there(back, again))
        assert told.status == 403
        assert "begun anew meanwhile" in told.text


async def test_a_set_up_that_is_stopped_lets_the_old_browser_in_no_longer(
    bare: LocalHub, tmp_path: Path, clock: Clock
) -> None:
    """So one gets rid of a stranger who was quicker; whoever comes back from GitHub is told the way on."""
    path = tmp_path / "credentials.toml"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with serving_first_half(bare, path, clock=clock) as first:
            browser = Browser(first.url, bare, session)
            await browser.get(f"/setup?token={first.door.token}")
            back = await browser.way_back()
            assert _ways(path).exists()
        assert not _ways(path).exists()
        async with serving_first_half(bare, path, clock=clock) as again:
            told = await browser.get(_there(back, again))
    assert told.status == 403
    assert "Open the link that Pilothouse has printed on its console since" in told.text
    assert bare.gateway.calls["apps/create-from-manifest"] == 0


async def test_the_new_link_shuts_out_who_was_in_before_the_kill(
    set_up: SetUp, ada: Browser, clock: Clock
) -> None:
    back = await ada.way_back()
    async with (
        serving_first_half(set_up.hub, set_up.path, clock=clock) as again,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        grace = Browser(again.url, set_up.hub, session)
        assert (await grace.get(f"/setup?token={again.door.token}")).status == 200
        assert (await ada.get(_there(back, again))).status == 403
        assert (await grace.get(_there(back, again))).status == 400  # another browser's way
        assert again.half.made is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"at": "yesterday"}', '{"at": "2026-03-01T12:00:00+00:00", "session": ""}']
)
async def test_a_file_that_is_no_such_file_is_taken_away(
    bare: LocalHub, tmp_path: Path, clock: Clock, text: str
) -> None:
    path = tmp_path / "credentials.toml"
    _ways(path).write_text(text, encoding="utf-8")
    async with serving_first_half(bare, path, clock=clock):
        assert not _ways(path).exists()


async def test_a_file_from_the_future_is_not_believed(set_up: SetUp, ada: Browser, clock: Clock) -> None:
    await ada.way_back()
    told = json.loads(_ways(set_up.path).read_text(encoding="utf-8"))
    told["at"] = (clock() + timedelta(minutes=1)).isoformat()
    _ways(set_up.path).write_text(json.dumps(told), encoding="utf-8")
    async with serving_first_half(set_up.hub, set_up.path, clock=clock) as again:
        assert (await ada.get(f"{again.url}/setup")).status == 403


@pytest.mark.no_cover
async def test_a_real_process_is_killed_while_its_person_is_at_github(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    async with (
        appless_hub(clock=wall_clock) as hub,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        hub.store.user("ada")
        environment = bare_environment(hub, tmp_path, PORT=port)
        async with running(environment, "serve") as process:
            link = await link_of(process)
            browser = Browser(link.partition("/setup")[0], hub, session)
            await browser.get(link)
            back = await browser.way_back()
            process.kill()
            await process.communicate()
        async with running(environment, "serve") as process:
            assert await link_of(process) != link
            done = await browser.get(back, follow=False)
            assert (done.status, done.headers["Location"]) == (303, "/setup")
    assert read_credentials(tmp_path / "credentials.toml", ()) is not None
