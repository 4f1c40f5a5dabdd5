"""The halves of a set-up in process, and a browser without a picture that walks through them."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot.config.manifest import read_manifest
from bot.web.onboarding.asking import Preset
from bot.web.onboarding.door import Door
from bot.web.onboarding.first_half import Beginning, FirstHalf
from bot.web.onboarding.keeping import Keeping
from bot.web.onboarding.pages import SetUpPages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    import aiohttp

    from bot.localhub.server import LocalHub

_INPUT = re.compile(r"<input[^>]*>")
_NAME, _VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')
_ACTION = re.compile(r'<form[^>]* action="([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """A half of a set-up that is being served."""

    hub: LocalHub
    url: str
    door: Door
    half: FirstHalf
    path: Path


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the browser got."""

    status: int
    text: str
    headers: Mapping[str, str]
    url: str

    @property
    def fields(self) -> dict[str, str]:
        """What the inputs of the page hold."""
        return {
            name[1]: unescape(value[1]) if (value := _VALUE.search(found)) else ""
            for found in _INPUT.findall(self.text)
            if (name := _NAME.search(found)) and ('type="radio"' not in found or "checked" in found)
        }

    @property
    def action(self) -> str:
        """Where its first form goes."""
        found = _ACTION.search(self.text)
        assert found is not None
        return unescape(found[1])


class Browser:
    """Follows what it is led to, and keeps cookies."""

    def __init__(self, url: str, hub: LocalHub, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._hub = hub
        self.session = session

    async def get(self, address: str, *, follow: bool = True) -> Shown:
        """This function will open an address."""
        async with self.session.get(self._whole(address), allow_redirects=follow) as answer:
            return Shown(
                status=answer.status, text=await answer.text(), headers=answer.headers, url=str(answer.url)
            )

    async def post(self, address: str, form: Mapping[str, str], *, follow: bool = True) -> Shown:
        """This function will send a form."""
        async with self.session.post(self._whole(address), data=form, allow_redirects=follow) as answer:
            return Shown(
                status=answer.status, text=await answer.text(), headers=answer.headers, url=str(answer.url)
            )

    def _whole(self, address: str) -> str:
        return address if urlsplit(address).scheme else self._url + address

    async def way_back(self, **answers: str) -> str:
        """This function will answer the questions, create the App on GitHub, and say where that leads back to."""
        form = (await self.get("/setup")).fields
        review = await self.post("/setup", {**form, **answers})
        assert review.status == 200, review.text
        page = await self.post(review.action, {"manifest": review.fields["manifest"]})
        made = await self.post(
            self._hub.url + page_action(page), {**page.fields, "name": "Harbour pilot"}, follow=False
        )
        return made.headers["Location"]


def page_action(page: Shown) -> str:
    """This function will give the action of the form that creates an App; the first one chooses a persona."""
    (found,) = (one for one in _ACTION.findall(page.text) if one.endswith("/settings/apps"))
    return unescape(found)


@asynccontextmanager
async def serving(application: web.Application) -> AsyncIterator[str]:
    """This function will serve an application on loopback."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving_first_half(
    hub: LocalHub, path: Path, *, clock: Callable[[], datetime], secret_keys: tuple[bytes, ...] = ()
) -> AsyncIterator[SetUp]:
    """This function will serve the first half of a set-up."""
    door = Door(clock=clock)
    half = FirstHalf(
        Beginning(
            door=door,
            pages=SetUpPages(door, clock=clock),
            preset=Preset(
                public_url="", webhook_proxy="", site=hub.url, api_url=hub.url, name="Pilothouse 12ab"
            ),
            plan=read_manifest(),
            keeping=Keeping(path, secret_keys),
            clock=clock,
        )
    )
    application = web.Application()
    half.add_to(application)
    async with serving(application) as url:
        yield SetUp(hub=hub, url=url, door=door, half=half, path=path)
