"""Browsers that sign in with the local GitHub, and the application that they sign in to."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app.signing_in import open_site
from bot.audit.effects import NOWHERE
from bot.audit.store import all_entries
from bot.config.settings import Settings
from bot.config.web_settings import WebSettings
from bot.storage.database import Database
from bot.storage.web_tables import sign_ins
from bot.web.signin.door import CALLBACK, Door
from bot.web.signin.viewing import CSRF_FIELD, viewer_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.audit.model import Entry
    from bot.localhub.server import LocalHub
    from tests.support.clock import Clock

SECRET = b"a webhook secret of the tests"
OPERATOR = "olga"


@dataclass(frozen=True)
class Seen:
    """What a browser was answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        """Where it is sent."""
        return self.headers.get("Location", "")


@dataclass
class Browser:
    """One browser with its cookies."""

    session: aiohttp.ClientSession
    hub: LocalHub
    csrf: str = field(default="", init=False)

    async def get(self, path: str, **headers: str) -> Seen:
        """This function will ask for a page, and follow nothing."""
        async with self.session.get(path, headers=headers, allow_redirects=False) as response:
            return Seen(response.status, response.headers.copy(), await response.text())

    async def post(self, path: str, form: Mapping[str, str], **headers: str) -> Seen:
        """This function will send a form, and follow nothing."""
        async with self.session.post(path, data=form, headers=headers, allow_redirects=False) as response:
            return Seen(response.status, response.headers.copy(), await response.text())

    async def begin(self, to: str = "/who") -> dict[str, str]:
        """This function will set out for GitHub, and give what GitHub is asked."""
        begun = await self.get(f"/sign-in?to={to}")
        assert begun.status == 302, begun
        assert begun.location.startswith(f"{self.hub.url}/login/oauth/authorize?")
        return dict(parse_qsl(urlsplit(begun.location).query))

    async def come_back(self, asked: Mapping[str, str], login: str) -> Seen:
        """This function will say yes on GitHub, and come back."""
        code = self.hub.authorizations.allow(
            self.hub.store.user(login), redirect_uri=asked["redirect_uri"], challenge=asked["code_challenge"]
        )
        return await self.get(f"{CALLBACK}?code={code}&state={asked['state']}")

    async def sign_in(self, login: str, to: str = "/who") -> Seen:
        """This function will sign somebody in."""
        return await self.come_back(await self.begin(to), login)

    async def who(self) -> Any:
        """This function will ask the application who this is; None: nobody."""
        async with self.session.get("/who") as response:
            assert response.status == 200, (response.status, await response.text())
            said = await response.json()
        self.csrf = said["csrf"] if said else ""
        return said

    async def sign_out(self, **form: str) -> Seen:
        """This function will sign out by the form that every page has."""
        await self.who()
        return await self.post("/sign-out", {CSRF_FIELD: self.csrf, **form})


@dataclass
class Signing:
    """An application that people sign in to."""

    hub: LocalHub
    clock: Clock
    settings: Settings
    database: Database
    url: str
    stack: AsyncExitStack = field(repr=False)
    outcomes: list[str] = field(default_factory=list)  # of the ways to sign in that came to an end

    async def browser(self) -> Browser:
        """This function will open a browser that has no cookies yet."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = aiohttp.ClientSession(self.url, cookie_jar=jar)
        return Browser(await self.stack.enter_async_context(session), self.hub)

    async def rows(self) -> list[dict[str, Any]]:
        """This function will read the sign-ins as they are stored."""
        found = await self.database.read(lambda connection: connection.execute(sign_ins.select()).all())
        return [row._asdict() for row in found]

    async def journal(self) -> list[Entry]:
        """This function will read what the journal says of the bot itself, the oldest first."""
        found = await self.database.read(lambda connection: tuple(all_entries(connection, NOWHERE)))
        return [linked.entry for linked in found]

    def revoked(self) -> int:
        """This function will say how many tokens GitHub was asked to revoke."""
        return self.hub.gateway.calls["apps/delete-token"]


def settings_for(hub: LocalHub, database_url: str, public_url: str, **more: Any) -> Settings:
    """This function will give the settings of a process that people sign in to."""
    usual = {"client_secret": hub.client_secret, "operators": frozenset({OPERATOR})}
    return Settings(
        app_id=hub.client_id,
        private_key=hub.private_key_pem,
        webhook_secrets=(SECRET,),
        github_api_url=hub.url,
        database_url=database_url,
        host="127.0.0.1",
        port=0,
        public_url=public_url,
        obeyed_apps=frozenset(),
        write_pace=0.0,
        log_level="info",
        web=WebSettings(client_id=hub.client_id, **{**usual, **more}),
    )


async def _who(request: web.Request) -> web.Response:
    viewer = await viewer_of(request)
    if viewer is None:
        return web.json_response(None)
    readable = {one.full_name: one.can_write for one in viewer.repositories.values()}
    return web.json_response(
        {
            "id": viewer.user_id,
            "login": viewer.login,
            "operator": viewer.is_operator,
            "csrf": viewer.csrf,
            "reads": readable,
            "whole": viewer.is_whole,
        }
    )


@asynccontextmanager
async def signing(
    hub: LocalHub, clock: Clock, folder: Path, *, proxied_as: str = "", **more: Any
) -> AsyncIterator[Signing]:
    """This function will serve an application with signing in, and a page that says who asks.

    Args:
        hub: the GitHub that people sign in with.
        clock: of the application; GitHub has its own.
        folder: for the database; the same for two processes of one bot.
        proxied_as: the address that browsers reach it by, where not its own.
        more: other settings of the pages.
    """
    app = web.Application()
    app.router.add_get("/who", _who)
    server = TestServer(app)
    database_url = f"sqlite:///{folder / 'pilothouse.db'}"
    database = Database(database_url)
    database.open()
    made: list[Settings] = []
    outcomes: list[str] = []

    async def opened() -> Any:
        return await open_site(made[0], lambda: Database(database_url), clock, count=outcomes.append)

    Door(opened).add_to(app)
    async with AsyncExitStack() as stack:
        stack.callback(database.close)
        await server.start_server()
        stack.push_async_callback(server.close)
        url = str(server.make_url("/")).rstrip("/")
        made.append(settings_for(hub, database_url, proxied_as or url, **more))
        hub.authorizations.callback_urls = ((proxied_as or url) + CALLBACK,)
        yield Signing(hub, clock, made[0], database, url, stack, outcomes)
