"""Attacks on the set-up: whoever wins it would own the App, so one browser gets in, once, by the console's token."""

from __future__ import annotations

import asyncio
import re
import stat
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import aiohttp
import pytest
from structlog.testing import capture_logs

from tests.support.clock import Clock
from tests.support.hostile import HOSTILE, harm
from tests.support.onboarding import appless_hub
from tests.support.set_ups import serving_first_half
from tests.support.spider import read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from bot.web.onboarding.door import Door
    from bot.web.onboarding.first_half import FirstHalf

ANSWERS = {"public_url": "https://bot.example", "owner": "own", "name": "Harbour master", "organization": ""}

MANIFEST = {
    "url": "https://bot.example",
    "hook_attributes": {"url": "https://bot.example/webhook", "active": False},
}


@dataclass(frozen=True)
class Got:
    """What a visitor was answered."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class SetUp:
    """A set-up that nobody has entered yet."""

    hub: LocalHub
    door: Door
    half: FirstHalf
    file: Path
    url: str
    sessions: list[aiohttp.ClientSession]

    def browser(self) -> aiohttp.ClientSession:
        """This function will open a browser without cookies."""
        session = aiohttp.ClientSession(self.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.sessions.append(session)
        return session

    async def entered(self) -> aiohttp.ClientSession:
        """This function will open the browser that is let in."""
        browser = self.browser()
        assert (await get(browser, f"/setup?token={self.door.token}")).status == 303
        return browser


async def get(browser: aiohttp.ClientSession, path: str, **headers: str) -> Got:
    async with browser.get(path, allow_redirects=False, headers=headers) as answer:
        return Got(answer.status, answer.headers.copy(), await answer.text())


async def post(
    browser: aiohttp.ClientSession,
    path: str,
    form: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
) -> Got:
    async with browser.post(path, data=form, allow_redirects=False, headers=headers) as answer:
        return Got(answer.status, answer.headers.copy(), await answer.text())


@pytest.fixture
async def begun(tmp_path: Path) -> AsyncIterator[SetUp]:
    async with appless_hub() as hub, beginning(hub, tmp_path) as made:
        yield made


@asynccontextmanager
async def beginning(hub: LocalHub, folder: Path) -> AsyncIterator[SetUp]:
    async with serving_first_half(hub, folder / "credentials.toml", clock=Clock()) as served:
        made = SetUp(hub, served.door, served.half, served.path, served.url, [])
        yield made
        for session in made.sessions:
            await session.close()


GUESSES = ("", "x", "0" * 43, "%00", "%ff%fe", "%ed%a0%80", "\u00f6" * 43, "a" * 4000)


@pytest.mark.parametrize("guess", GUESSES)
async def test_a_guess_opens_nothing_and_closes_nothing(begun: SetUp, guess: str) -> None:
    """Who guesses, however oddly, neither gets in nor keeps out who has the token."""
    stranger = begun.browser()
    answer = await get(stranger, f"/setup?token={guess}")
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers
    assert begun.door.token not in answer.text
    await begun.entered()


async def test_half_a_token_and_a_longer_one_are_wrong(begun: SetUp) -> None:
    for guess in (begun.door.token[:-1], begun.door.token + "a", begun.door.token.swapcase()):
        assert (await get(begun.browser(), f"/setup?token={guess}")).status == 403


async def test_of_many_who_bring_the_token_at_once_one_gets_in(begun: SetUp) -> None:
    """Two requests that both see that nobody is in yet would both be let in."""
    answers = await asyncio.gather(
        *(get(begun.browser(), f"/setup?token={begun.door.token}") for _ in range(20))
    )
    assert sorted(answer.status for answer in answers) == [303] + [403] * 19
    assert sum("Set-Cookie" in answer.headers for answer in answers) == 1


async def test_the_token_is_worth_nothing_afterwards_and_stands_in_no_address(begun: SetUp) -> None:
    """It is in the console, and perhaps in a browser's history; both are read by others."""
    token = begun.door.token
    browser = await begun.entered()
    page = await get(browser, "/setup")
    assert page.status == 200
    assert token not in page.text + str(page.headers)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert (await get(begun.browser(), f"/setup?token={token}")).status == 403


async def test_a_cookie_that_somebody_planted_is_not_the_one_that_gets_in(begun: SetUp) -> None:
    browser = begun.browser()
    planted = "planted-by-a-neighbour"
    browser.cookie_jar.update_cookies({"pilothouse_setup": planted})
    entered = await get(browser, f"/setup?token={begun.door.token}")
    assert planted not in entered.headers["Set-Cookie"]
    assert "HttpOnly" in entered.headers["Set-Cookie"]
    assert "SameSite=Lax" in entered.headers["Set-Cookie"]
    other = begun.browser()
    for value in (planted, "", "\u00f6", "x" * 3000):
        assert (await get(other, "/setup", Cookie=f"pilothouse_setup={value}")).status == 403


async def raw(begun: SetUp, head: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(begun.url.rsplit(":", 1)[1]))
    writer.write(head + b"Host: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("cookie", [b"\xff\xfe", b"\xed\xa0\x80", b'"\\377"', b"=;=;=", b"a" * 4000])
async def test_a_cookie_of_bytes_is_no_sign_of_anything(begun: SetUp, cookie: bytes) -> None:
    await begun.entered()
    answer = await raw(begun, b"GET /setup HTTP/1.1\r\nCookie: pilothouse_setup=" + cookie + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 403 ")


ACTS = ("/setup", "/setup/created", "/setup/keep", "/setup/keys", "/setup/go-on")


@pytest.mark.parametrize("path", ACTS)
async def test_no_form_works_but_those_that_the_one_browser_was_shown(begun: SetUp, path: str) -> None:
    """Neither with somebody else's browser nor, by another site, with the right one."""
    browser = await begun.entered()
    csrf = begun.door.csrf
    assert (await post(begun.browser(), path, {**ANSWERS, "csrf": csrf})).status == 403
    for wrong in ({}, {"csrf": ""}, {"csrf": csrf[:-1]}, {"csrf": "\u00f6"}):
        assert (await post(browser, path, {**ANSWERS, **wrong})).status == 403
    assert begun.half.made is None
    assert not begun.file.exists()
    assert begun.hub.gateway.calls["apps/create-from-manifest"] == 0


STRAY = ("", "\u00f6", "../../user", "a b", "a%2f..%2fb", "a?b=c", "x" * 500)


@pytest.mark.parametrize("code", STRAY)
async def test_a_code_that_somebody_slips_in_is_never_exchanged(begun: SetUp, code: str) -> None:
    """With it, the bot would take the keys of an App of the attacker's, who reads all it is told from then on."""
    browser = await begun.entered()
    form = await post(browser, "/setup", {**ANSWERS, "csrf": begun.door.csrf})
    assert form.status == 200
    (action,) = (each.action for each in read("/setup", form.text).forms if "state=" in each.action)
    state = action.rsplit("state=", 1)[1]
    right = "abcdef0123"
    for given in (
        f"code={code}&state={state}",
        f"code={right}&state=",
        f"code={right}&state=%ff",
        f"code={right}",
    ):
        answer = await get(browser, f"/setup/created?{given}")
        assert answer.status == 400, given
    assert (await get(begun.browser(), f"/setup/created?code=abcdef0123&state={state}")).status == 403
    assert begun.hub.gateway.calls["apps/create-from-manifest"] == 0
    assert begun.half.made is None


HARMFUL = (
    {"public_url": "javascript:alert(1)"},
    {"public_url": f"https://bot.example/{HOSTILE}"},
    {"public_url": "https://bot.example\r\nSet-Cookie: a=b"},
    {"name": HOSTILE},
    {"name": ""},
    {"owner": "organization", "organization": "../../octo"},
    {"owner": "organization", "organization": HOSTILE},
    {"webhook_proxy": "javascript:alert(1)"},
    {"webhook_proxy": f'https://smee.io/"{HOSTILE}'},
)


@pytest.mark.parametrize("given", HARMFUL)
async def test_what_is_typed_is_text_and_leads_nowhere_else(begun: SetUp, given: dict[str, str]) -> None:
    browser = await begun.entered()
    answer = await post(browser, "/setup", {**ANSWERS, **given, "csrf": begun.door.csrf})
    assert answer.status == 422
    assert harm(read("/setup", answer.text)) == []
    assert "onerror=alert(1)>" not in answer.text.replace("&gt;", "")  # nowhere but escaped
    assert "Set-Cookie" not in answer.headers


async def test_a_site_cannot_widen_what_the_page_may_do(begun: SetUp) -> None:
    """The address of a GitHub Enterprise goes into a header: the form may be sent there, and nothing else."""
    asking = begun.half._with  # noqa: SLF001 - as where the environment names no GitHub
    begun.half._with = replace(asking, preset=replace(asking.preset, api_url=""))  # noqa: SLF001 - see above
    browser = await begun.entered()
    for site in (
        "https://ghe.example;script-src *",
        "https://ghe.example script-src *",
        "https://ghe.example,*",
        "https://a@ghe.example",
        "https://ghe.example/;x",
        "http://",
    ):
        answer = await post(browser, "/setup", {**ANSWERS, "site": site, "csrf": begun.door.csrf})
        policy = answer.headers["Content-Security-Policy"]
        assert answer.status == 422 or "*" not in policy, site
        assert policy.count("script-src") == 1


async def test_the_keys_stand_in_one_file_that_its_owner_alone_reads(begun: SetUp) -> None:
    """In no page, no cookie and no line of the log."""
    browser = await begun.entered()
    with capture_logs() as lines:
        review = await post(browser, "/setup", {**ANSWERS, "csrf": begun.door.csrf})
        (state,) = re.findall(r"\?state=([\w-]+)", review.text)
        owner = begun.hub.store.user("ada")
        code = begun.hub.registrations.create(MANIFEST, name="Harbour master", owner=owner)
        done = await get(browser, f"/setup/created?code={code}&state={state}")
    assert done.status == 303
    made = begun.half.made
    assert made is not None
    assert stat.S_IMODE(begun.file.stat().st_mode) == 0o600
    for secret in (made.private_key, made.webhook_secret, made.client_secret):
        assert secret not in done.text + str(done.headers) + str(lines)


async def test_nothing_but_the_set_up_answers_before_there_is_an_app(begun: SetUp) -> None:
    """A delivery is refused so that it is asked for again; no page of the dashboard is there."""
    stranger = begun.browser()
    assert (await post(stranger, "/webhook", {"a": "b"})).status == 503
    for path in ("/", "/deliveries", "/repos/a/b", "/sign-in", "/audit"):
        answer = await get(stranger, path)
        assert answer.status == 404
        assert begun.door.token not in answer.text
