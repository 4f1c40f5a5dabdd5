"""Tokens of people are renewed before they end: once, by one of us, whatever goes wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.github.readable import PeopleApi
from bot.github.user_tokens import UserTokens
from bot.localhub.faults import Fault
from bot.sealing import sealer
from bot.web.signin.sessions import PURPOSE, Sessions
from tests.support.signing_in import Browser, Signing, signing
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bot.github.readable import Kept, Reach
    from bot.github.user_tokens import UserToken
    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock

TOKEN = "/login/oauth/access_token"


async def stay(browser: Browser, clock: Clock, hours: int) -> None:
    """This function will use a browser for hours, so that its sign-in does not idle out."""
    for _ in range(hours):
        clock.advance(timedelta(hours=1))
        assert await browser.who() is not None


async def test_a_token_is_renewed_before_it_ends(site: Signing, ada: Browser, clock: Clock) -> None:
    (before,) = await site.rows()
    await stay(ada, clock, 30)
    (after,) = await site.rows()
    assert (after["token_hash"], after["sealed"] != before["sealed"]) == (before["token_hash"], True)


async def test_a_token_that_does_not_end_needs_no_other(site: Signing, clock: Clock) -> None:
    """An App may have opted out of user tokens that expire."""
    site.hub.authorizations.expires = False
    browser = await site.browser()
    await browser.sign_in("ada")
    (before,) = await site.rows()
    await stay(browser, clock, 30)
    (after,) = await site.rows()
    assert after["sealed"] == before["sealed"]


async def test_two_processes_that_renew_at_once_both_go_on(
    hub: LocalHub, clock: Clock, tmp_path: Path
) -> None:
    """The one that comes too late takes over what the other wrote: https://github.com/codecov/shared/pull/52."""
    async with signing(hub, clock, tmp_path) as first, signing(hub, clock, tmp_path) as second:
        one, other = await second.browser(), await first.browser()
        await one.sign_in("ada")
        kept = {cookie.key: cookie.value for cookie in one.session.cookie_jar}
        other.session.cookie_jar.update_cookies(kept)
        await asyncio.gather(one.who(), other.who())
        hub.faults.add(Fault(kind="latency", path=TOKEN, seconds=0.05))
        clock.advance(timedelta(hours=7, minutes=50))
        seen = await asyncio.gather(one.who(), other.who())
        assert [said["login"] for said in seen] == ["ada", "ada"]
        clock.advance(timedelta(minutes=6))
        assert [(await browser.who())["login"] for browser in (one, other)] == ["ada", "ada"]


async def test_a_refresh_token_that_is_worth_nothing_ends_the_sign_in(
    site: Signing, ada: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.who()
    monkeypatch.setattr("bot.web.signin.tokens._SECONDS_BETWEEN", 0.0)
    site.hub.authorizations.revoke_all(site.hub.store.user("ada"))
    clock.advance(timedelta(hours=7, minutes=50))
    assert await ada.who() is None
    assert await site.rows() == []


async def test_a_token_that_another_process_has_just_renewed_ends_nothing(
    site: Signing, ada: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its old token works no longer from that moment on, while a question with it may be under way."""
    sealing = sealer(site.settings.sealing_secrets, PURPOSE)
    elsewhere = Sessions(database=site.database, sealer=sealing, clock=clock)
    reach = PeopleApi.reach
    refused: list[UserToken] = []

    async def renewed_meanwhile(self: PeopleApi, token: UserToken, kept: Kept) -> Reach:
        if not refused:
            refused.append(token)
            made = site.hub.authorizations.refresh(token.refresh)
            cookies = {cookie.key: cookie.value for cookie in ada.session.cookie_jar}
            session = await elsewhere.find(cookies["pilothouse"])
            assert session is not None
            assert await elsewhere.renew(session, replace(token, value=made.text, refresh=made.refresh))
        return await reach(self, token, kept)

    monkeypatch.setattr(PeopleApi, "reach", renewed_meanwhile)
    clock.advance(timedelta(minutes=5))
    assert (await ada.who())["login"] == "ada"
    assert len(refused) == 1
    assert len(await site.rows()) == 1


async def test_a_client_secret_that_was_changed_ends_nothing_before_its_time(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    site.hub.registrations.keys.client_secret = "another"
    clock.advance(timedelta(hours=7, minutes=50))
    assert (await ada.who())["login"] == "ada"
    clock.advance(timedelta(minutes=30))
    assert (await ada.get("/who")).status == 503
    assert len(await site.rows()) == 1


async def test_while_github_is_away_an_old_token_serves_to_its_end(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    site.hub.faults.add(Fault(kind="status", path=TOKEN))
    clock.advance(timedelta(hours=7, minutes=50))
    assert (await ada.who())["login"] == "ada"
    clock.advance(timedelta(minutes=11))
    assert (await ada.who())["login"] == "ada"  # what was told a moment ago
    clock.advance(timedelta(minutes=10))
    assert (await ada.get("/who")).status == 503
    site.hub.faults.clear()
    clock.advance(timedelta(minutes=1))
    assert (await ada.who())["login"] == "ada"


async def test_who_signs_out_while_a_token_is_renewed_leaves_none_behind(
    site: Signing, ada: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew = UserTokens.renew

    async def renewed_too_late(self: UserTokens, token: UserToken) -> UserToken:
        made = await renew(self, token)
        assert (await ada.post("/sign-out", {"csrf": ada.csrf})).status == 303
        return made

    await ada.who()
    monkeypatch.setattr(UserTokens, "renew", renewed_too_late)
    clock.advance(timedelta(hours=7, minutes=50))
    assert await ada.who() is None
    await until(lambda: site.revoked() == 2)  # the new one, and the old one that works no longer anyway
    assert await site.rows() == []
