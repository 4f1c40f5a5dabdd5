"""The first half of the set-up: one browser is let in, GitHub's code is exchanged, the keys are kept."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from bot.config.credentials import read_credentials
from bot.localhub.faults import Fault
from tests.support.set_ups import Browser, SetUp, serving_first_half

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock

CONVERSIONS = "/app-manifests/"


async def test_the_keys_are_kept_and_the_set_up_goes_on(set_up: SetUp, ada: Browser) -> None:
    """What GitHub told is in a file for its owner alone, with the address that was given."""
    back = await ada.way_back()
    onward = await ada.get(back, follow=False)
    assert set_up.half.finished.is_set()
    assert (onward.status, onward.headers["Location"]) == (303, "/setup")
    kept = read_credentials(set_up.path, ())
    assert kept == set_up.half.made
    assert kept is not None
    assert kept.private_key == set_up.hub.private_key_pem
    assert kept.webhook_secret == set_up.hub.webhook_secret
    assert kept.client_secret == set_up.hub.client_secret
    assert kept.public_url == set_up.url
    assert (kept.slug, kept.github_api_url) == ("harbour-pilot", set_up.hub.url)
    assert set_up.path.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in set_up.path.parent.iterdir()) == ["credentials.toml"]


async def test_the_manifest_asks_for_what_app_yml_says(set_up: SetUp, ada: Browser) -> None:
    """And leads back to where the browser is, signs people in and signs nobody in at the installation."""
    await ada.way_back(public_url="http://localhost:8080", owner="own")
    manifest = set_up.hub.registrations.manifest
    assert manifest["hook_attributes"] == {"url": "http://localhost:8080/webhook", "active": True}
    assert manifest["redirect_url"] == f"{set_up.url}/setup/created"
    assert manifest["callback_urls"] == ["http://localhost:8080/sign-in/callback"]
    assert manifest["request_oauth_on_install"] is False
    assert manifest["public"] is False
    assert "workflow_run" in manifest["default_events"]
    assert manifest["default_permissions"]["checks"] == "write"


async def test_behind_a_proxy_github_leads_back_to_the_public_address(set_up: SetUp, ada: Browser) -> None:
    """The name that the proxy asks for may be one that no browser reaches."""
    form = (await ada.get("/setup")).fields | {"public_url": "https://bot.example.org"}
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    async with ada.session.post(f"{set_up.url}/setup", data=form, headers=proxied) as answer:
        assert "https://bot.example.org/setup/created" in await answer.text()


async def test_the_second_visitor_is_told_that_the_link_was_used(set_up: SetUp, ada: Browser) -> None:
    assert ada is not None
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        second = Browser(set_up.url, set_up.hub, session)
        told = await second.get(f"/setup?token={set_up.door.token}")
        assert told.status == 403
        assert "This link was used already" in told.text
        assert "start it again" in told.text
        for address in ("/setup", "/setup/created?code=a&state=b", "/setup?token=guessed"):
            refused = await second.get(address)
            assert refused.status == 403
            assert "not open to this browser" in refused.text
        assert (await second.post("/setup", {"public_url": "https://a.example"})).status == 403


async def test_looking_without_opening_uses_nothing_up(set_up: SetUp) -> None:
    """A program that asks for the head of a link, to see where it leads, has not opened it."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        link = f"{set_up.url}/setup?token={set_up.door.token}"
        async with session.head(link, allow_redirects=False) as answer:
            assert answer.status == 403
        shown = await Browser(set_up.url, set_up.hub, session).get(link)
    assert shown.status == 200
    assert "token" not in shown.url


async def test_the_cookie_stays_with_us(set_up: SetUp) -> None:
    """No script reads it, no other site's form brings it, and over https it is for this host alone."""
    async with aiohttp.ClientSession() as session:
        link = f"{set_up.url}/setup?token={set_up.door.token}"
        https = {"X-Forwarded-Proto": "https"}
        async with session.get(link, headers=https, allow_redirects=False) as answer:
            (cookie,) = answer.headers.getall("Set-Cookie")
    assert cookie.startswith("__Host-pilothouse_setup=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


async def test_forms_of_others_do_nothing(set_up: SetUp, ada: Browser) -> None:
    """A form that no page of the set-up made is refused, although the browser's cookie comes with it."""
    for address in ("/setup", "/setup/created", "/setup/keep", "/setup/keys", "/setup/go-on"):
        assert (await ada.post(address, {"csrf": "guessed"})).status == 403
    assert not set_up.half.finished.is_set()


@pytest.mark.parametrize("change", [{"state": "guessed"}, {"state": ""}, {"code": "../../app"}, {"code": ""}])
async def test_a_way_back_that_did_not_begin_here_is_not_gone(
    set_up: SetUp, ada: Browser, change: dict[str, str]
) -> None:
    """A wrong state is somebody else's code, and a code is what GitHub could have made."""
    back = urlsplit(await ada.way_back())
    query = {name: value for name, (value,) in parse_qs(back.query).items()} | change
    stray = await ada.get(f"/setup/created?{urlencode(query)}")
    assert stray.status == 400
    assert set_up.hub.gateway.calls["apps/create-from-manifest"] == 0
    assert not set_up.path.exists()


async def test_a_code_that_is_too_old_is_told(set_up: SetUp, ada: Browser, clock: Clock) -> None:
    """With where to delete the App that nobody has the keys of; nothing is kept, and nothing marked as lost."""
    back = await ada.way_back()
    clock.advance(timedelta(hours=1))
    told = await ada.get(back)
    assert told.status == 410
    assert "works once and for an hour" in told.text
    assert f"{set_up.hub.url}/settings/apps" in told.text
    assert [one.name for one in set_up.path.parent.iterdir()] == ["credentials.toml.ways"]
    assert (await ada.get(back)).status == 400  # the way is used up


async def test_a_page_loaded_twice_exchanges_once(set_up: SetUp, ada: Browser) -> None:
    """People press twice and go back; the second must not turn a success into a refusal."""
    back = await ada.way_back()
    both = await asyncio.gather(ada.get(back, follow=False), ada.get(back, follow=False))
    assert [one.status for one in both] == [303, 303]
    assert set_up.hub.gateway.calls["apps/create-from-manifest"] == 1


async def test_github_down_is_tried_again_with_the_same_code(set_up: SetUp, ada: Browser) -> None:
    back = await ada.way_back()
    set_up.hub.faults.add(Fault(path=CONVERSIONS, kind="status", status=502, count=1))
    down = await ada.get(back)
    assert down.status == 502
    assert "Try again" in down.text
    assert (await ada.post("/setup/created", down.fields, follow=False)).status == 303
    assert set_up.half.finished.is_set()


async def test_an_answer_that_was_lost_may_have_cost_the_keys(set_up: SetUp, ada: Browser) -> None:
    """GitHub tells them once: the next try learns that they are gone, and says so."""
    back = await ada.way_back()
    set_up.hub.faults.add(Fault(path=CONVERSIONS, kind="drop", after=True, count=1))
    lost = await ada.get(back)
    assert lost.status == 502
    told = await ada.post("/setup/created", lost.fields)
    assert told.status == 410
    assert "are lost" in told.text


async def test_being_killed_while_the_keys_come_is_told_at_the_next_start(
    set_up: SetUp, ada: Browser, clock: Clock
) -> None:
    """A mark is written before GitHub is asked, and stays until it is known what came of it."""
    back = await ada.way_back()
    set_up.hub.faults.add(Fault(path=CONVERSIONS, kind="drop", after=True, count=1))
    assert (await ada.get(back)).status == 502
    assert set_up.path.with_name("credentials.toml.begun").stat().st_mode & 0o777 == 0o600
    async with (
        serving_first_half(set_up.hub, set_up.path, clock=clock) as anew,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        told = await Browser(anew.url, anew.hub, session).get(f"/setup?token={anew.door.token}")
    assert "A set-up before this one was cut off" in told.text
    assert "Pilothouse 12ab" in told.text


def _mend(folder: Path) -> None:
    folder.unlink()
    folder.mkdir()


@pytest.fixture
def blocked(set_up: SetUp) -> Path:
    """The folder of the keys is a file now: nobody, not even root, can write there."""
    folder = set_up.path.parent
    folder.rename(folder.with_name(f"{folder.name}-moved"))
    folder.touch()
    return folder


async def test_keys_that_cannot_be_written_are_not_lost(set_up: SetUp, ada: Browser, blocked: Path) -> None:
    """They stay in the process until the folder is mended."""
    assert "The keys have no place yet" in (await ada.get("/setup")).text
    told = await ada.get(await ada.way_back())
    assert told.status == 500
    assert "could not be written" in told.text
    _mend(blocked)
    assert (await ada.post("/setup/keep", told.fields, follow=False)).status == 303
    assert read_credentials(set_up.path, ()) == set_up.half.made


@pytest.mark.usefixtures("blocked")
async def test_keys_are_shown_where_there_is_no_disk(set_up: SetUp, ada: Browser) -> None:
    """As lines that settings are read from, to the one browser that was let in and in no cache."""
    told = await ada.get(await ada.way_back())
    shown = await ada.post("/setup/keys", told.fields)
    assert f"PILOTHOUSE_WEBHOOK_SECRET={set_up.hub.webhook_secret}" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    await ada.post("/setup/go-on", told.fields, follow=False)
    assert set_up.half.finished.is_set()
    assert not set_up.half.is_kept


async def test_a_key_from_the_environment_encrypts_them(bare: LocalHub, clock: Clock, tmp_path: Path) -> None:
    keys = (os.urandom(32),)
    async with (
        serving_first_half(bare, tmp_path / "credentials.toml", clock=clock, secret_keys=keys) as made,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        ada = Browser(made.url, made.hub, session)
        await ada.get(f"/setup?token={made.door.token}")
        await ada.get(await ada.way_back(), follow=False)
    text = made.path.read_text()
    assert "sealed" in text
    assert bare.webhook_secret not in text
    assert "PRIVATE KEY" not in text
    assert read_credentials(made.path, keys) == made.half.made


async def test_there_is_nothing_but_the_set_up(ada: Browser) -> None:
    """A delivery is refused so that GitHub has it as failed, and it is asked for again afterwards."""
    delivery = await ada.post("/webhook", {"a": "b"})
    assert delivery.status == 503
    assert delivery.headers["Retry-After"] == "60"
    assert (await ada.get("/healthz")).status == 200
    assert (await ada.get("/")).status == 404
    assert (await ada.get("/setup/static/../first_half.py")).status == 404
    assert (await ada.get("/setup/static/setup.css")).headers["Content-Type"].startswith("text/css")


async def test_every_page_is_closed_to_scripts_and_frames(set_up: SetUp, ada: Browser) -> None:
    """Forms lead to us, and on the one page from which it is to be created, to GitHub."""
    form = await ada.get("/setup")
    policy = form.headers["Content-Security-Policy"]
    assert "form-action 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    review = await ada.post("/setup", form.fields)
    assert f"form-action 'self' {set_up.hub.url};" in review.headers["Content-Security-Policy"]
    assert review.headers["Referrer-Policy"] == "no-referrer"
