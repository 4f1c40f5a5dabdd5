"""People with a browser: they sign in to the dashboard with the local GitHub, read its pages and press its buttons."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import aiohttp
from yarl import URL

from bot.localhub.pages.site import PERSONA

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.demo.process import BotProcess
    from bot.localhub.server import LocalHub

_FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
# What is no words of a page: what it is styled and filtered with, and its marks.
_MARKS = re.compile(r"<(style|script|form|nav)\b.*?</\1>|<[^>]+>", re.DOTALL)
_AUTHORIZE = "/login/oauth/authorize"
_SIGN_IN = 'href="/sign-in'  # only who is not signed in is shown this way


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as somebody saw it."""

    status: int
    url: str
    source: str

    @property
    def text(self) -> str:
        """The words of its main part, one line each."""
        main = self.source.partition("<main")[2].partition(">")[2] or self.source
        lines = (html.unescape(line).strip() for line in _MARKS.sub("\n", main).splitlines())
        return "\n".join(line for line in lines if line)


@dataclass(slots=True)
class Visitors:
    """Everybody who looks at the dashboard, each with cookies of their own."""

    hub: LocalHub
    bot: BotProcess
    seen: dict[tuple[str, str], Shown] = field(default_factory=dict)  # by login and path
    _browsers: dict[str, aiohttp.ClientSession] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def read(self, login: str, path: str) -> None:
        """This function will have somebody open a page of the dashboard, signing in on the way where they have to."""
        self._begin(self._read(login, path))

    def press(self, login: str, path: str, action: str) -> None:
        """This function will have somebody open a page and press the button whose form goes to this address."""
        self._begin(self._press(login, path, action))

    async def close(self) -> None:
        """This function will close every browser."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for browser in self._browsers.values():
            await browser.close()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)

    async def _read(self, login: str, path: str) -> None:
        self.seen[login, path] = await self._opened(login, path)

    async def _press(self, login: str, path: str, action: str) -> None:
        shown = await self._opened(login, path)
        address = urljoin(shown.url, action)
        for target, fields in _forms(shown):
            if target == address:
                self.seen[login, address] = await self._sent(login, "POST", address, fields)

    async def _opened(self, login: str, path: str) -> Shown:
        shown = await self._sent(login, "GET", f"{self.bot.url}{path}")
        if _SIGN_IN in shown.source:
            shown = await self._sent(login, "GET", f"{self.bot.url}/sign-in?to={quote(path)}")
        if URL(shown.url).path == _AUTHORIZE:
            fields = next(fields for target, fields in _forms(shown) if URL(target).path == _AUTHORIZE)
            shown = await self._sent(login, "POST", f"{self.hub.url}{_AUTHORIZE}", fields | {"answer": "yes"})
        return shown

    async def _sent(self, login: str, method: str, url: str, fields: dict[str, str] | None = None) -> Shown:
        browser = self._browsers.get(login)
        if browser is None:
            jar = aiohttp.CookieJar(unsafe=True)  # both addresses are plain numbers
            browser = self._browsers[login] = aiohttp.ClientSession(cookie_jar=jar)
            jar.update_cookies({PERSONA: login}, URL(self.hub.url))
        async with browser.request(method, url, data=fields) as response:
            return Shown(response.status, str(response.url), await response.text())


def _forms(shown: Shown) -> list[tuple[str, dict[str, str]]]:
    """Where each form of a page goes, and what it carries unseen."""
    return [
        (
            urljoin(shown.url, html.unescape(action)),
            {name: html.unescape(value) for name, value in _FIELD.findall(inside)},
        )
        for action, inside in _FORM.findall(shown.source)
    ]
