"""The way to GitHub and back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import accounts
from bot.web.signin.door import CALLBACK
from tests.support.signing_in import OPERATOR, Browser, Signing, signing
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock

TOKEN = "/login/oauth/access_token"


async def test_somebody_signs_in_and_is_back_where_they_were(site: Signing) -> None:
    browser = await site.browser()
    assert await browser.who() is None
    asked = await browser.begin("/who")
    assert asked["client_id"] == site.hub.client_id
    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    back = await browser.come_back(asked, "ada")
    assert (back.status, back.location) == (303, "/who")
    seen = await browser.who()
    assert (seen["login"], seen["operator"], seen["whole"]) == ("ada", False, True)
    assert seen["reads"] == {"acme/rocket": True}


async def test_a_reader_reads_and_an_operator_is_known_by_login_or_number(
    hub: LocalHub, clock: Clock, tmp_path: Path
) -> None:
    """Logins can be taken over by others once they are given up, numbers cannot."""
    grace = hub.store.user("grace")
    accounts.set_role(hub.store.repository("acme/secret"), grace, "read")
    named = frozenset({OPERATOR, f"id:{grace.id}"})
    async with signing(hub, clock, tmp_path, operators=named) as site:
        first, second = await site.browser(), await site.browser()
        await first.sign_in("grace")
        await second.sign_in("Olga")
        assert (await first.who())["reads"] == {"acme/secret": False}
        assert [(await one.who())["operator"] for one in (first, second)] == [True, True]


async def test_what_everybody_may_read_is_not_listed_for_a_stranger(site: Signing) -> None:
    public = accounts.create_repository(site.hub.store, "acme/open", private=False)
    accounts.install(site.hub.store, site.hub.app, public)
    browser = await site.browser()
    await browser.sign_in("mallory")
    assert (await browser.who())["reads"] == {}


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    hub: LocalHub, clock: Clock, tmp_path: Path
) -> None:
    async with signing(hub, clock, tmp_path, proxied_as="https://bot.example.org") as site:
        browser = await site.browser()
        begun = await browser.get("/sign-in")
        assert "redirect_uri=https%3A%2F%2Fbot.example.org%2Fsign-in%2Fcallback" in begun.location
        cookie = begun.headers["Set-Cookie"]
        assert cookie.startswith("__Host-pilothouse-way=")
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert begun.headers["Cache-Control"] == "no-store"


async def test_nothing_that_is_stored_or_kept_by_a_browser_tells_a_token(site: Signing, ada: Browser) -> None:
    (row,) = await site.rows()
    jar = {cookie.key: cookie.value for cookie in ada.session.cookie_jar}
    assert jar["pilothouse"] not in str(row)
    assert "ghu_" not in str(row)
    assert "ghr_" not in str(row)
    assert "pilothouse-way" not in jar


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "/\\evil.example",
        "/a%0d%0aX: y",
        "javascript:alert(1)",
        "/sign-out",
        "/" + "a" * 600,
    ],
)
async def test_nobody_is_sent_anywhere_but_to_a_page_of_ours(site: Signing, to: str) -> None:
    browser = await site.browser()
    back = await browser.sign_in("ada", to)
    assert back.location in {"/", "/%5Cevil.example"}
    again = await browser.get(f"/sign-in?to={to}")
    assert again.location in {"/", "/%5Cevil.example"}


async def test_a_state_of_another_browser_opens_nothing(site: Signing) -> None:
    """Else somebody could be signed in as another without noticing (RFC 6749, section 10.12)."""
    mallory, victim = await site.browser(), await site.browser()
    asked = await mallory.begin()
    await victim.begin()
    back = await victim.come_back(asked, "mallory")
    assert (back.status, await victim.who()) == (400, None)
    assert "not begun here" in back.text


async def test_a_code_of_another_way_is_worth_nothing_without_its_verifier(site: Signing) -> None:
    """Whoever catches a code cannot put it into a way of their own (RFC 7636)."""
    mallory, victim = await site.browser(), await site.browser()
    caught = await victim.begin()
    own = await mallory.begin()
    back = await mallory.come_back({**own, "code_challenge": caught["code_challenge"]}, "ada")
    assert (back.status, await mallory.who()) == (400, None)
    assert await site.rows() == []


async def test_a_way_is_walked_once_and_a_second_time_leads_in_anyway(site: Signing) -> None:
    browser = await site.browser()
    asked = await browser.begin()
    await browser.come_back(asked, "ada")
    again = await browser.come_back(asked, "ada")
    assert (again.status, again.location) == (303, "/")
    assert len(await site.rows()) == 1


async def test_two_tabs_sign_in_at_once(site: Signing) -> None:
    browser = await site.browser()
    one, other = await browser.begin("/one"), await browser.begin("/other")
    assert (await browser.come_back(one, "ada")).location == "/one"
    assert (await browser.come_back(other, "ada")).location == "/other"


async def test_a_way_ends_after_ten_minutes_and_of_many_the_newest_are_kept(
    site: Signing, clock: Clock
) -> None:
    browser = await site.browser()
    ways = [await browser.begin(f"/{number}") for number in range(5)]
    assert (await browser.come_back(ways[0], "ada")).status == 400
    clock.advance(timedelta(minutes=10))
    assert (await browser.come_back(ways[4], "ada")).status == 400


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("error=access_denied", 403, "did not allow"),
        ("error=application_suspended", 502, "suspended"),
        ("error=redirect_uri_mismatch", 502, "/sign-in/callback"),
        ("error=%3Cscript%3E", 502, "does not know"),
        ("", 400, "not begun here"),
        ("code=", 400, "not begun here"),
        ("code=" + "a" * 300, 400, "not begun here"),
    ],
)
async def test_what_github_brings_back_is_told_in_words(
    site: Signing, query: str, status: int, words: str
) -> None:
    browser = await site.browser()
    asked = await browser.begin("/who")
    seen = await browser.get(f"{CALLBACK}?{query}&state={asked['state']}")
    assert (seen.status, "<script>" in seen.text) == (status, False)
    assert words in seen.text
    assert "/sign-in?to=%2Fwho" in seen.text
    assert "form-action 'none'" in seen.headers["Content-Security-Policy"]


async def test_a_wrong_client_secret_is_the_operators_to_set_right(
    hub: LocalHub, clock: Clock, tmp_path: Path
) -> None:
    async with signing(hub, clock, tmp_path, client_secret="wrong") as site:
        back = await (await site.browser()).sign_in("ada")
        assert back.status == 502
        assert "PILOTHOUSE_CLIENT_SECRET" in back.text


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(kind="status", path=TOKEN), 503),
        (Fault(kind="drop", path=TOKEN), 503),
        (Fault(kind="status", path=TOKEN, status=200), 503),
        (Fault(kind="status", path=TOKEN, after=True), 503),
        (Fault(kind="status", path="^/user$"), 503),
        (Fault(kind="secondary", path="^/user/installations$"), 503),
        (Fault(kind="status", path="^/user$", count=1), 303),
    ],
)
async def test_a_github_that_does_not_answer_signs_nobody_in(
    site: Signing, fault: Fault, status: int
) -> None:
    site.hub.faults.add(fault)
    browser = await site.browser()
    back = await browser.sign_in("ada")
    assert back.status == status
    if status == 503:
        assert "Retry-After" in back.headers
        assert await site.rows() == []
    if status == 503 and "user" in fault.path:  # a token that nobody holds is good for nobody
        await until(lambda: site.revoked() == 1)


async def test_nobody_waits_for_ever_to_be_signed_in(site: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.signin.site._LONGEST_SECONDS", 0.05)
    site.hub.faults.add(Fault(kind="latency", path="^/user$", seconds=1.0))
    assert (await (await site.browser()).sign_in("ada")).status == 503
    await until(lambda: site.revoked() == 1)


async def test_a_new_sign_in_takes_the_place_of_the_one_before(site: Signing, ada: Browser) -> None:
    """A session that somebody planted in a browser is nobody's afterwards."""
    (before,) = await site.rows()
    planted = {cookie.key: cookie.value for cookie in ada.session.cookie_jar}["pilothouse"]
    victim = await site.browser()
    way = await victim.begin()
    victim.session.cookie_jar.update_cookies({"pilothouse": planted})
    await victim.come_back(way, "grace")
    (after,) = await site.rows()
    assert after["token_hash"] != before["token_hash"]
    assert (await victim.who())["login"] == "grace"
    assert await ada.who() is None


@pytest.mark.parametrize("value", ["", "x", "ü", "a" * 5000, "pilothouse", "'; drop table sign_ins; --"])
async def test_a_cookie_of_anything_is_nobody(site: Signing, value: str) -> None:
    browser = await site.browser()
    for name in ("pilothouse", "pilothouse-way"):
        seen = await browser.get("/who", Cookie=f"{name}={value}")
        assert (seen.status, seen.text) == (200, "null")
        begun = await browser.get("/sign-in", Cookie=f"{name}={value}")
        assert begun.status == 302
