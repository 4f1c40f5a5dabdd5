"""What people can read: GitHub's word, as fresh as minutes, and for a while without GitHub."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.github.readable import PeopleApi
from bot.localhub.faults import Fault
from bot.localhub.state import accounts
from bot.recovery.store import NARROWED, move_watermark
from tests.support.signing_in import Browser, Signing, signing
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock

ASKED = "apps/list-installations-for-authenticated-user"


def asked(site: Signing) -> int:
    """This function will say how often GitHub was asked what somebody can read."""
    return site.hub.gateway.calls[ASKED]


async def test_a_page_asks_github_nothing_that_it_has_just_told(site: Signing, ada: Browser) -> None:
    await asyncio.gather(*(ada.who() for _ in range(10)))
    assert asked(site) == 1


async def test_after_a_minute_it_is_asked_behind_the_page(site: Signing, ada: Browser, clock: Clock) -> None:
    accounts.set_role(site.hub.store.repository("acme/rocket"), site.hub.store.user("ada"), "read")
    clock.advance(timedelta(minutes=2))
    assert (await ada.who())["reads"] == {"acme/rocket": True}  # nobody waits for the newest
    await asyncio.gather(*(ada.who() for _ in range(9)))
    await until(lambda: asked(site) == 2)
    await until(lambda: reads(ada, {"acme/rocket": False}))
    assert asked(site) == 2


async def reads(browser: Browser, expected: dict[str, bool]) -> bool:
    """This function will say whether a browser sees these repositories."""
    return bool((await browser.who())["reads"] == expected)


async def test_what_was_taken_away_is_gone_within_five_minutes(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    accounts.set_role(site.hub.store.repository("acme/rocket"), site.hub.store.user("ada"), "none")
    clock.advance(timedelta(minutes=5))
    assert (await ada.who())["reads"] == {}


async def test_what_has_not_changed_is_not_sent_again(site: Signing, ada: Browser, clock: Clock) -> None:
    """GitHub counts no answer of 304."""
    clock.advance(timedelta(minutes=5))
    await ada.who()
    newest = [one for one in site.hub.gateway.seen if one.path.startswith("/user")][-3:]
    assert [one.status for one in newest] == [304, 304, 304]
    assert (await ada.who())["reads"] == {"acme/rocket": True}


async def test_what_was_told_before_a_repository_was_made_private_does_not_hold(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    """Within the minutes for which GitHub's word is kept otherwise; and not without GitHub either."""
    store = site.hub.store
    accounts.set_role(store.repository("acme/secret"), store.user("ada"), "read")
    clock.advance(timedelta(minutes=5))
    assert set((await ada.who())["reads"]) == {"acme/rocket", "acme/secret"}
    clock.advance(timedelta(seconds=10))
    accounts.set_role(store.repository("acme/secret"), store.user("ada"), "none")
    await move_watermark(site.database, NARROWED, clock())
    clock.advance(timedelta(seconds=1))
    assert (await ada.who())["reads"] == {"acme/rocket": True}
    asked = len(site.hub.gateway.seen)
    assert (await ada.who())["reads"] == {"acme/rocket": True}
    assert len(site.hub.gateway.seen) == asked
    clock.advance(timedelta(seconds=10))
    await move_watermark(site.database, NARROWED, clock())
    site.hub.faults.add(Fault(kind="drop", path="^/user"))
    assert (await ada.get("/who")).status == 503


async def test_a_suspended_or_removed_installation_takes_its_repositories_along(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    mine = accounts.create_repository(site.hub.store, "ada/mine", owner_type="User")
    own = accounts.install(site.hub.store, site.hub.app, mine)
    clock.advance(timedelta(minutes=5))
    assert set((await ada.who())["reads"]) == {"acme/rocket", "ada/mine"}
    own.suspended_at = clock()
    clock.advance(timedelta(minutes=5))
    assert set((await ada.who())["reads"]) == {"acme/rocket"}
    accounts.uninstall(site.hub.store, own)
    clock.advance(timedelta(minutes=5))
    assert set((await ada.who())["reads"]) == {"acme/rocket"}


async def test_an_installation_that_goes_while_it_is_asked_about_tells_nothing(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    site.hub.faults.add(Fault(kind="status", path="repositories$", status=404))
    clock.advance(timedelta(minutes=5))
    assert (await ada.who())["reads"] == {}


async def test_whoever_waits_for_a_github_that_hangs_is_told_so(
    site: Signing, ada: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.signin.reaching._LONGEST_SECONDS", 0.05)
    site.hub.faults.add(Fault(kind="latency", path="^/user", seconds=1.0, count=1))
    clock.advance(timedelta(minutes=5))
    assert (await ada.who())["reads"] == {"acme/rocket": True}
    clock.advance(timedelta(minutes=10))
    assert (await ada.get("/who")).status == 503


async def test_a_renamed_person_and_repository_are_known_by_their_new_names(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    accounts.rename_user(site.hub.store, site.hub.store.user("ada"), "olga")
    accounts.rename(site.hub.store, site.hub.store.repository("acme/rocket"), "comet")
    clock.advance(timedelta(minutes=5))
    seen = await ada.who()
    assert (seen["login"], seen["operator"], seen["reads"]) == ("olga", True, {"acme/comet": True})
    assert [row["login"] for row in await site.rows()] == ["olga"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", path="^/user"),
        Fault(kind="drop", path="^/user"),
        Fault(kind="secondary", path="^/user", retry_after=60),
        Fault(kind="status", path="repositories$", status=500),
        Fault(kind="status", path="repositories$", status=200, message="no list of repositories"),
    ],
)
async def test_without_github_what_it_told_last_holds_a_quarter_of_an_hour(
    site: Signing, ada: Browser, clock: Clock, fault: Fault
) -> None:
    site.hub.faults.add(fault)
    clock.advance(timedelta(minutes=14))
    assert (await ada.who())["reads"] == {"acme/rocket": True}
    clock.advance(timedelta(minutes=1))
    seen = await ada.get("/who")
    assert (seen.status, seen.headers["Retry-After"]) == (503, "60")
    assert "GitHub does not answer" in seen.text
    assert seen.headers["Cache-Control"] == "no-store"
    site.hub.faults.clear()
    clock.advance(timedelta(seconds=11))
    assert (await ada.who())["reads"] == {"acme/rocket": True}


async def test_a_github_that_is_away_is_not_asked_with_every_page(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    site.hub.faults.add(Fault(kind="status", path="^/user"))
    clock.advance(timedelta(minutes=6))
    before = len(site.hub.gateway.seen)
    for _ in range(5):
        await ada.who()
    assert len(site.hub.gateway.seen) - before == 2
    clock.advance(timedelta(seconds=10))
    await ada.who()
    assert len(site.hub.gateway.seen) - before == 4


async def test_a_token_that_github_refuses_ends_its_sign_in_at_once(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    other = await site.browser()
    await other.sign_in("grace")
    site.hub.authorizations.revoke_all(site.hub.store.user("ada"))
    clock.advance(timedelta(minutes=2))
    await ada.who()
    await until(lambda: nobody(ada))
    assert [row["login"] for row in await site.rows()] == ["grace"]


async def nobody(browser: Browser) -> bool:
    """This function will say whether a browser is signed in as nobody."""
    return await browser.who() is None


async def test_who_comes_after_hours_to_a_refused_token_is_nobody(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    site.hub.authorizations.revoke_all(site.hub.store.user("ada"))
    clock.advance(timedelta(hours=1))
    assert await ada.who() is None
    assert await site.rows() == []


async def test_more_than_can_be_asked_for_is_said_to_be_so(
    site: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        made = accounts.create_repository(site.hub.store, f"acme/more-{number}")
        accounts.install(site.hub.store, site.hub.app, made)
        accounts.set_role(made, site.hub.store.user("ada"), "admin")
    reach = PeopleApi.reach

    async def short(self: PeopleApi, token: object, kept: object) -> object:
        few = PeopleApi(api_url=self.api_url, transport=self.transport, clock=self.clock, most=2)
        return await reach(few, token, kept)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(PeopleApi, "reach", short)
    browser = await site.browser()
    await browser.sign_in("ada")
    seen = await browser.who()
    assert (len(seen["reads"]), seen["whole"]) == (2, False)


async def test_a_hundred_installations_and_many_pages_are_read_at_once(site: Signing) -> None:
    """One request for each hundred repositories of an installation."""
    ada = site.hub.store.user("ada")
    for number in range(30):
        made = accounts.create_repository(site.hub.store, f"org{number}/one")
        accounts.install(site.hub.store, site.hub.app, made)
        accounts.set_role(made, ada, "read")
    many = [accounts.create_repository(site.hub.store, f"big/r{number}") for number in range(130)]
    accounts.install(site.hub.store, site.hub.app, *many)
    for one in many:
        accounts.set_role(one, ada, "read")
    site.hub.gateway.most_in_flight = 0
    site.hub.faults.add(Fault(kind="latency", path="repositories$", seconds=0.01))
    browser = await site.browser()
    await browser.sign_in("ada")
    assert len((await browser.who())["reads"]) == 161
    assert 2 <= site.hub.gateway.most_in_flight <= 8


async def test_where_one_list_fails_the_others_are_asked_for_no_more(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    """A GitHub that is down is not asked hundreds of times for somebody who has been told so already."""
    for number in range(40):
        made = accounts.create_repository(site.hub.store, f"org{number}/one")
        accounts.install(site.hub.store, site.hub.app, made)
        accounts.set_role(made, site.hub.store.user("ada"), "read")
    site.hub.faults.add(Fault(kind="status", path="repositories$", status=500))
    clock.advance(timedelta(minutes=5))
    before = len(site.hub.gateway.seen)
    assert (await ada.who())["reads"] == {"acme/rocket": True}  # what it told last
    for _ in range(100):  # time in which the others would have been asked for
        await ada.who()
    assert len(site.hub.gateway.seen) - before < 40


async def test_a_next_page_elsewhere_is_not_followed(site: Signing, ada: Browser, clock: Clock) -> None:
    """A token goes to GitHub's API alone."""
    many = [accounts.create_repository(site.hub.store, f"big/r{number}") for number in range(101)]
    accounts.install(site.hub.store, site.hub.app, *many)
    for one in many:
        accounts.set_role(one, site.hub.store.user("ada"), "read")
    right, site.hub.store.base_url = site.hub.store.base_url, "http://127.0.0.1:9"
    clock.advance(timedelta(minutes=5))
    assert (await ada.who())["reads"] == {"acme/rocket": True}
    site.hub.store.base_url = right


async def test_the_processes_of_one_bot_know_the_same_people(
    hub: LocalHub, clock: Clock, tmp_path: Path
) -> None:
    async with signing(hub, clock, tmp_path) as first, signing(hub, clock, tmp_path) as second:
        browser = await first.browser()
        hub.authorizations.callback_urls += (f"{first.url}/sign-in/callback",)
        await browser.sign_in("ada")
        kept = {cookie.key: cookie.value for cookie in browser.session.cookie_jar}
        other = await second.browser()
        other.session.cookie_jar.update_cookies(kept)
        assert (await other.who())["reads"] == {"acme/rocket": True}
        await browser.sign_out()
        assert await other.who() is None


async def test_memory_holds_so_many_repositories_of_the_last_that_came(
    site: Signing, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.signin.reaching._MOST_REPOSITORIES", 1)
    accounts.set_role(site.hub.store.repository("acme/secret"), site.hub.store.user("grace"), "read")
    other = await site.browser()
    await other.sign_in("grace")  # now Ada is asked about anew, and Grace is not
    before = asked(site)
    assert (await other.who())["reads"] == {"acme/secret": False}
    assert asked(site) == before
    assert (await ada.who())["reads"] == {"acme/rocket": True}
    assert asked(site) == before + 1
