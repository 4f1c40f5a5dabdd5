"""Who signed in and out stands in the journal, and each end of a way to sign in is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.audit.chain import follow
from bot.audit.effects import NOWHERE
from bot.audit.model import Kind
from bot.audit.store import all_entries
from bot.localhub.faults import Fault
from bot.web.signin.door import CALLBACK

if TYPE_CHECKING:
    from bot.audit.model import Entry
    from tests.support.clock import Clock
    from tests.support.signing_in import Browser, Signing

TOKEN = "/login/oauth/access_token"


def told(entries: list[Entry]) -> list[tuple[str, str, str]]:
    """Who, what, with which result."""
    return [(entry.actor, entry.what, entry.result) for entry in entries]


async def test_a_sign_in_and_its_end_are_noted_with_who_and_when(
    site: Signing, ada: Browser, clock: Clock
) -> None:
    began = clock()
    clock.advance(timedelta(minutes=5))
    await ada.sign_out()
    begun, ended = await site.journal()
    person = site.hub.store.user("ada").id
    assert told([begun, ended]) == [("ada", "signed in", "signed_in"), ("ada", "sign-in ended", "signed_out")]
    assert {(one.kind, one.repository_id, one.actor_id) for one in (begun, ended)} == {
        (Kind.SIGN_IN, NOWHERE, person)
    }
    assert (begun.at, ended.at) == (began, began + timedelta(minutes=5))
    assert begun.subject == ended.subject  # the same browser
    assert site.outcomes == ["signed_in"]


async def test_each_browser_s_end_is_noted_once_whoever_ends_it(site: Signing, ada: Browser) -> None:
    other = await site.browser()
    begun_before = await other.begin()
    await other.sign_in("ada")
    await other.come_back(begun_before, "grace")  # who takes Ada's place in this browser
    await ada.sign_out(everywhere="yes")
    site.hub.authorizations.revoke_all(site.hub.store.user("grace"))
    site.clock.advance(timedelta(minutes=6))
    assert [await other.who() for _ in range(2)] == [None, None]
    entries = await site.journal()
    assert told(entries) == [
        ("ada", "signed in", "signed_in"),
        ("ada", "signed in", "signed_in"),
        ("ada", "sign-in ended", "signed_in_anew"),
        ("grace", "signed in", "signed_in"),
        ("ada", "sign-in ended", "signed_out_everywhere"),
        ("grace", "sign-in ended", "not_accepted"),
    ]
    chain = await site.database.read(lambda connection: follow(tuple(all_entries(connection, NOWHERE))))
    assert [one.broken for one in chain] == [None]


async def test_a_refusal_is_noted_once_a_minute_and_counted_every_time(site: Signing, clock: Clock) -> None:
    """Whoever is refused is not known; strangers must not be able to make the journal long."""
    browser = await site.browser()
    for _ in range(3):
        asked = await browser.begin()
        denied = await browser.get(f"{CALLBACK}?error=access_denied&state={asked['state']}")
        assert denied.status == 403
    clock.advance(timedelta(minutes=1))
    asked = await browser.begin()
    assert (await browser.get(f"{CALLBACK}?code=wrong&state={asked['state']}")).status == 400
    site.hub.faults.add(Fault(kind="status", path=TOKEN))
    assert (await browser.sign_in("ada")).status == 503
    entries = await site.journal()
    assert told(entries) == [
        ("(unknown)", "sign-in refused", "denied"),
        ("(unknown)", "sign-in refused", "used"),
        ("(unknown)", "sign-in refused", "away"),
    ]
    assert {entry.kind for entry in entries} == {Kind.SIGN_IN}
    assert site.outcomes == ["denied"] * 3 + ["used", "away"]


async def test_what_was_not_begun_here_is_counted_alone(site: Signing) -> None:
    browser = await site.browser()
    assert (await browser.get(f"{CALLBACK}?code=c&state=made-up")).status == 400
    assert await site.journal() == []
    assert site.outcomes == ["strange"]


async def test_the_journal_tells_no_token_and_no_address(site: Signing, ada: Browser) -> None:
    jar = {cookie.key: cookie.value for cookie in ada.session.cookie_jar}
    (row,) = await site.rows()
    await ada.sign_out()
    said = str(await site.journal())
    for secret in (jar["pilothouse"], row["token_hash"], row["sealed"], "ghu_", "ghr_", "127.0.0.1"):
        assert secret not in said
