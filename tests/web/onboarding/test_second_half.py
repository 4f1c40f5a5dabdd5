"""The second half of the set-up: it watches GitHub, examines repositories, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from bot.config.credentials import Credentials
from bot.localhub.state import accounts
from bot.web.onboarding.door import Door
from bot.web.onboarding.pages import SetUpPages
from bot.web.onboarding.second_half import After, Examined, Said, SecondHalf
from tests.support.set_ups import Shown, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock

MANIFEST = {
    "url": "https://example.org",
    "public": False,
    "default_permissions": {"metadata": "read"},
    "default_events": [],
}
PATHS = ("/setup", "/setup/changes", "/setup/static/setup.css")


class Going:
    """A second half that is being served, with the webhook beside it."""

    def __init__(self, hub: LocalHub, clock: Clock) -> None:
        self.hub = hub
        self.door = Door(clock=clock)
        self.clock = clock
        self.webhook_status = 202
        self.deliveries: list[str] = []
        self.examined: dict[str, Examined] = {}
        self.url = ""
        self.session: aiohttp.ClientSession

    async def take(self, request: web.Request) -> web.Response:
        """This function will take a delivery."""
        self.deliveries.append(request.headers["X-GitHub-Event"])
        return web.Response(status=self.webhook_status)

    async def examine(self, name: str) -> Examined:
        """This function will examine a repository."""
        return self.examined[name]

    async def get(self, path: str = "/setup") -> Shown:
        """This function will open a page as the browser that was let in."""
        async with self.session.get(self.url + path) as answer:
            return Shown(
                status=answer.status, text=await answer.text(), headers=answer.headers, url=str(answer.url)
            )

    async def post(self, path: str, **form: str) -> int:
        """This function will send a form of the page."""
        fields = {"csrf": self.door.csrf, **form}
        async with self.session.post(self.url + path, data=fields, allow_redirects=False) as answer:
            return answer.status

    async def until(self, text: str) -> str:
        """This function will look again whenever the page is told that something moved, until it shows a text."""
        async with asyncio.timeout(20):
            while text not in (shown := (await self.get()).text):
                version = shown.partition('data-version="')[2].partition('"')[0]
                async with self.session.get(f"{self.url}/setup/changes?version={version}") as stream:
                    await stream.content.readuntil(b"\r\n\r\n")
        return shown


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub and the page are looked at again at once."""
    monkeypatch.setattr("bot.web.onboarding.watching._EVERY_SECONDS", 0.05)
    monkeypatch.setattr("bot.web.live._EVERY_SECONDS", 0.05)


@asynccontextmanager
async def going_on(
    hub: LocalHub, clock: Clock, *, webhook_status: int = 202, sets_hook_secret: bool = False
) -> AsyncIterator[Going]:
    """Register an App whose webhook is ours, and serve the second half."""
    going = Going(hub, clock)
    going.webhook_status = webhook_status
    application = web.Application()
    application.router.add_post("/webhook", going.take)
    async with serving(application) as webhook:
        manifest = MANIFEST | {"hook_attributes": {"url": f"{webhook}/webhook"}}
        hub.registrations.create(manifest, name="Harbour pilot", owner=hub.store.user("ada"))
        await hub.settle()
        half = SecondHalf(
            After(
                door=going.door,
                pages=SetUpPages(going.door, clock=clock),
                clock=clock,
                credentials=_credentials(hub, webhook),
                is_kept=True,
                examine=going.examine,
                sets_hook_secret=sets_hook_secret,
            )
        )
        pages = web.Application()
        half.add_to(pages)
        async with (
            serving(pages) as going.url,
            aiohttp.ClientSession(
                cookies={"pilothouse_setup": going.door.enter(going.door.token)}
            ) as session,
        ):
            going.session = session
            yield going


def _credentials(hub: LocalHub, webhook: str) -> Credentials:
    return Credentials(
        app_id=str(hub.app_id),
        client_id=hub.client_id,
        slug=hub.slug,
        html_url=f"{hub.url}/apps/{hub.slug}",
        github_api_url=hub.url,
        private_key=hub.private_key_pem,
        webhook_secret="ours",
        client_secret=hub.client_secret,
        public_url=webhook,
    )


@pytest.mark.usefixtures("quick")
async def test_the_first_ping_is_asked_for_again(bare: LocalHub, clock: Clock) -> None:
    """It came before there was a secret to check it with; the page tells when the second has arrived."""
    async with going_on(bare, clock) as going:
        await going.until("and it arrived")
        assert going.deliveries == ["ping", "ping"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("status", "said"), [(401, "refused GitHub&#39;s signature"), (404, "answered 404")])
async def test_a_ping_that_does_not_arrive_says_why(
    bare: LocalHub, clock: Clock, status: int, said: str
) -> None:
    """And can be sent once more when that is mended."""
    async with going_on(bare, clock, webhook_status=status) as going:
        await going.until(said)
        going.webhook_status = 202
        assert await going.post("/setup/ping") == 303
        await going.until("and it arrived")


@pytest.mark.usefixtures("quick")
async def test_a_webhook_that_nobody_reaches_is_told(bare: LocalHub, clock: Clock) -> None:
    async with going_on(bare, clock) as going:
        bare.set_webhook("http://127.0.0.1:9/webhook")
        await going.until("could not reach")


@pytest.mark.usefixtures("quick")
async def test_installations_show_by_themselves(bare: LocalHub, clock: Clock) -> None:
    """Repositories can be examined from there, each once at a time; of others nobody is asked."""
    repository = accounts.create_repository(bare.store, "ada/harbour", owner_type="User")
    async with going_on(bare, clock) as going:
        assert "Install it on GitHub" in (await going.get()).text
        accounts.install(bare.store, bare.app, repository)
        await going.until("ada/harbour")
        wrong = Said(grade="bad", subject="<b>secrets</b>", text="there are none", remedy="Set them.")
        going.examined["ada/harbour"] = Examined(is_over=True, good=3, said=(wrong,))
        assert await going.post("/setup/examine", repository="ada/elsewhere") == 303
        assert await going.post("/setup/examine", repository="ada/harbour") == 303
        shown = await going.until("3 checks came out well")
        assert "&lt;b&gt;secrets&lt;/b&gt;" in shown
        assert "Set them." in shown


@pytest.mark.usefixtures("quick")
async def test_a_suspended_installation_is_shown_as_one(bare: LocalHub, clock: Clock) -> None:
    repository = accounts.create_repository(bare.store, "ada/harbour", owner_type="User")
    async with going_on(bare, clock) as going:
        accounts.install(bare.store, bare.app, repository).suspended_at = clock()
        await going.until("is suspended")


@pytest.mark.usefixtures("quick")
async def test_an_app_that_was_deleted_meanwhile_is_told(bare: LocalHub, clock: Clock) -> None:
    async with going_on(bare, clock) as going:
        bare.registrations.delete()
        await going.until("was it deleted?")


async def test_a_secret_that_github_did_not_make_is_told_to_it(bare: LocalHub, clock: Clock) -> None:
    """GitHub's description lets `webhook_secret` be null: without one, no delivery could be checked."""
    async with going_on(bare, clock, sets_hook_secret=True):
        assert bare.deliveries.secret == "ours"


async def test_others_see_nothing(bare: LocalHub, clock: Clock) -> None:
    async with going_on(bare, clock) as going:
        going.session.cookie_jar.clear()
        assert [(await going.get(path)).status for path in PATHS] == [404, 404, 404]
        assert await going.post("/setup/done") == 404


async def test_forms_of_others_do_nothing(bare: LocalHub, clock: Clock) -> None:
    async with going_on(bare, clock) as going:
        for path in ("/setup/done", "/setup/ping", "/setup/examine"):
            assert await going.post(path, csrf="guessed") == 403
        assert (await going.get()).status == 200


@pytest.mark.parametrize("ends", ["done", "late"])
async def test_nothing_of_it_stays(bare: LocalHub, clock: Clock, ends: str) -> None:
    """Once it is done, or after an hour, its addresses answer as any that never was."""
    async with going_on(bare, clock) as going:
        if ends == "done":
            assert await going.post("/setup/done") == 303
        else:
            clock.advance(timedelta(hours=1))
        assert [(await going.get(path)).status for path in PATHS] == [404, 404, 404]
        assert await going.post("/setup/ping") == 404
