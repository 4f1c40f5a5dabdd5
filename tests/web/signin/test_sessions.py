"""How long a sign-in holds, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.faults import Fault
from tests.support.signing_in import Browser, Signing, signing
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock


async def test_an_idle_sign_in_ends_after_eight_hours(site: Signing, ada: Browser, clock: Clock) -> None:
    clock.advance(timedelta(hours=7, minutes=59))
    assert (await ada.who())["login"] == "ada"
    clock.advance(timedelta(hours=8))
    assert await ada.who() is None
    assert await site.rows() == []


async def test_a_sign_in_ends_after_a_week_however_much_it_is_used(ada: Browser, clock: Clock) -> None:
    for _ in range(27):
        clock.advance(timedelta(hours=6))
        assert (await ada.who())["login"] == "ada"
    clock.advance(timedelta(hours=6))
    assert await ada.who() is None


async def test_that_somebody_is_there_is_not_written_with_every_page(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    (before,) = await site.rows()
    clock.advance(timedelta(minutes=4))
    await ada.who()
    assert await site.rows() == [before]
    clock.advance(timedelta(minutes=1))
    await ada.who()
    (after,) = await site.rows()
    assert after["seen_at"] == clock()


async def test_a_clock_that_goes_backwards_ends_nothing(site: Signing, ada: Browser, clock: Clock) -> None:
    """Two processes' clocks differ: who was seen by the faster one is there for the slower one."""
    clock.advance(timedelta(minutes=30))
    assert (await ada.who())["login"] == "ada"
    (before,) = await site.rows()
    clock.advance(timedelta(minutes=-30))
    assert (await ada.who())["login"] == "ada"
    assert await site.rows() == [before]


async def test_signing_out_ends_it_here_and_at_github(site: Signing, ada: Browser) -> None:
    kept = {cookie.key: cookie.value for cookie in ada.session.cookie_jar}
    out = await ada.sign_out()
    assert (out.status, out.location, out.headers["Clear-Site-Data"]) == (303, "/", '"cache"')
    assert await ada.who() is None
    ada.session.cookie_jar.update_cookies(kept)
    assert await ada.who() is None
    await until(lambda: site.revoked() == 1)


async def test_signing_out_everywhere_ends_every_browser_of_one_person(site: Signing, ada: Browser) -> None:
    other, grace = await site.browser(), await site.browser()
    await other.sign_in("ada")
    await grace.sign_in("grace")
    assert (await ada.sign_out(everywhere="yes")).status == 303
    assert [await one.who() for one in (ada, other)] == [None, None]
    assert (await grace.who())["login"] == "grace"
    await until(lambda: site.revoked() == 2)


async def test_signing_out_in_one_browser_leaves_the_other(site: Signing, ada: Browser) -> None:
    other = await site.browser()
    await other.sign_in("ada")
    await ada.sign_out()
    assert (await other.who())["login"] == "ada"


async def test_a_form_of_another_site_signs_nobody_out(ada: Browser) -> None:
    await ada.who()
    for form, headers in (
        ({}, {}),
        ({"csrf": "0" * 64}, {}),
        ({"csrf": ada.csrf}, {"Sec-Fetch-Site": "cross-site"}),
        ({"csrf": ada.csrf}, {"Sec-Fetch-Site": "same-site"}),
    ):
        assert (await ada.post("/sign-out", form, **headers)).status == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded; charset=nonsense", "multipart/form-data"):
        assert (await ada.post("/sign-out", {}, **{"Content-Type": kind})).status == 403
    assert (await ada.post("/sign-out", {"csrf": ada.csrf, "more": "a" * 70_000})).status == 413
    assert (await ada.who())["login"] == "ada"
    assert (await ada.get("/sign-out")).status == 405


async def test_signing_out_without_being_in_is_fine(site: Signing) -> None:
    browser = await site.browser()
    assert (await browser.post("/sign-out", {})).status == 303


async def test_each_sign_in_has_a_form_token_of_its_own(site: Signing, ada: Browser) -> None:
    other = await site.browser()
    await other.sign_in("ada")
    await ada.who()
    await other.who()
    assert ada.csrf != other.csrf
    assert (await other.post("/sign-out", {"csrf": ada.csrf})).status == 403


async def test_github_away_keeps_nobody_from_signing_out(site: Signing, ada: Browser) -> None:
    await ada.who()
    site.hub.faults.add(Fault(kind="status"))
    assert (await ada.post("/sign-out", {"csrf": ada.csrf})).status == 303
    assert await site.rows() == []


async def test_a_sign_in_outlives_the_process_and_a_change_of_keys(
    hub: LocalHub, clock: Clock, tmp_path: Path
) -> None:
    """During a rotation the old key opens what it has sealed; without it, people sign in again."""
    old, new = b"0" * 32, b"1" * 32
    async with signing(hub, clock, tmp_path, secret_keys=(old,)) as first:
        browser = await first.browser()
        await browser.sign_in("ada")
        kept = {cookie.key: cookie.value for cookie in browser.session.cookie_jar}
    for keys, login in (((new, old), "ada"), ((new,), None)):
        async with signing(hub, clock, tmp_path, secret_keys=keys) as second:
            browser = await second.browser()
            browser.session.cookie_jar.update_cookies(kept)
            said = await browser.who()
            assert (said["login"] if said else None) == login


async def test_those_whose_time_is_over_are_forgotten_when_the_next_signs_in(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    assert await ada.who()
    clock.advance(timedelta(hours=9))
    await (await site.browser()).sign_in("grace")
    assert [row["login"] for row in await site.rows()] == ["grace"]
