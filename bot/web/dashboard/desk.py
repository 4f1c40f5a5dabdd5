"""Answers for the dashboard: who asks, what they may open, what stands around it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.recovery.known import repository_named
from bot.web.dashboard.addresses import CHANGES, Addresses
from bot.web.dashboard.navigation import frame_for, tabs_of
from bot.web.dashboard.page import Reading, Scope
from bot.web.dashboard.posting import said_before, say_once, unsay
from bot.web.page_site import HEADERS_WITH_FORMS, Page, PageSite
from bot.web.signin.forms import ForgedFormError, posted, storable
from bot.web.signin.viewing import viewer_of, way_to_sign_in
from bot.web.static_files import static_address, static_answer
from bot.web.viewer import VIEWER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.github.sightings import KnownRepository
    from bot.page_links import Kind
    from bot.web.dashboard.addresses import Found
    from bot.web.dashboard.frame import Means
    from bot.web.dashboard.page import DashboardPage, Done, Download, Seen
    from bot.web.viewer import Viewer

log = structlog.get_logger()

_AT_ONCE = 2  # pages that are read: deliveries go before readers
_ASKED_AGAIN_SECONDS = 15.0  # so often it is asked whether who follows a page may still read it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A page that somebody may open."""

    page: DashboardPage
    reading: Reading
    act: str


class Desk:
    """Holds what pages are answered with."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._database = means.open_database()
        self._site = PageSite()
        self._addresses = Addresses.load()
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def close(self) -> None:
        """This function will close the database."""
        self._database.close()

    def static(self, request: web.Request) -> web.Response:
        """This function will answer with a file that pages load."""
        return static_answer(request) or web.Response(status=404, text="There is nothing at this address.\n")

    async def get(self, request: web.Request) -> web.StreamResponse:
        """This function will answer with a page, or with what moves on it."""
        viewer = await viewer_of(request)
        if viewer is None:
            return self._signed_out(request)
        asked = await self._asked(request, viewer)
        if asked is None:
            return self._nothing(viewer)
        if asked.act == CHANGES:
            return await self._means.live.follow(request, self._following(request, asked))
        return await self._page(request, asked)

    async def post(self, request: web.Request) -> web.Response:
        """This function will do what a form asks for, and send its sender on."""
        viewer = await viewer_of(request)
        if viewer is None:
            raise web.HTTPSeeOther(way_to_sign_in(request))
        asked = await self._asked(request, viewer)
        if asked is None:
            return self._nothing(viewer)
        try:
            form = await posted(request, viewer)
        except ForgedFormError:
            return self._alone("forged.html", viewer, status=403)
        try:
            done = await asked.page.acts[asked.act](replace(asked.reading, form=form))
        except Exception:
            log.exception("form_failed", page=asked.page.name, act=asked.act)
            return self._alone("failed.html", viewer, status=503)
        return self._sent_on(done, viewer)

    def _following(self, request: web.Request, asked: _Asked) -> Callable[[], Awaitable[str]]:
        """Reads how a page stands; empty, which ends it, once its reader may not read it any more."""
        loop = asyncio.get_running_loop()
        looked = loop.time()

        async def version() -> str:
            nonlocal looked
            if loop.time() - looked >= _ASKED_AGAIN_SECONDS:
                looked = loop.time()
                if not await self._may_still(request):
                    return ""
            return await _version(asked.page, replace(asked.reading, now=self._means.clock()))

        return version

    async def _may_still(self, request: web.Request) -> bool:
        request.pop(VIEWER, None)
        try:
            viewer = await viewer_of(request)
        except web.HTTPException:  # GitHub does not tell: who asks again is told so
            return False
        return viewer is not None and await self._asked(request, viewer) is not None

    async def _page(self, request: web.Request, asked: _Asked) -> web.Response:
        viewer = asked.reading.viewer
        try:
            async with self._turn:
                seen = await asked.page.read(asked.reading)
            if seen is None:
                return self._nothing(viewer)
            if seen.download is not None:
                return _file(seen.download)
            said = said_before(request, viewer)
            response = self._shown(asked, seen, here=request.path, said=said)
        except Exception:
            log.exception("page_failed", page=asked.page.name)
            return self._alone("failed.html", viewer, status=503)
        if said:
            unsay(response)
        return response

    async def _asked(self, request: web.Request, viewer: Viewer) -> _Asked | None:
        """What the viewer asks for; None where it is not there, and where it is not for them."""
        found = await self._addresses.find(request)
        if found is None or (found.page.scope is Scope.OPERATOR and not viewer.is_operator):
            return None
        repository = None
        if found.page.scope is Scope.REPOSITORY:
            repository = await self._repository(found, viewer)
            if repository is None:
                return None
        reading = Reading(
            viewer=viewer,
            database=self._database,
            inbox=self._means.inbox,
            links=self._means.links,
            now=self._means.clock(),
            match=found.match,
            query={name: storable(value) for name, value in request.query.items()},
            repository=repository,
            goals=self._means.goals,
            github=self._means.github,
        )
        return _Asked(page=found.page, reading=reading, act=found.act)

    async def _repository(self, found: Found, viewer: Viewer) -> KnownRepository | None:
        full_name = f"{found.match['owner']}/{found.match['name']}"
        known = await self._database.read(lambda connection: repository_named(connection, full_name))
        return known if known is not None and viewer.reads(known.repository_id) else None

    def _sent_on(self, done: Done, viewer: Viewer) -> web.Response:
        is_own = done.address.startswith("/") and not done.address.startswith(("//", "/\\"))
        response = web.Response(status=303, headers={"Location": done.address if is_own else "/"})
        if done.said:
            say_once(response, done.said, viewer, is_secure=self._means.is_secure)
        return response

    def _signed_out(self, request: web.Request) -> web.Response:
        if request.path != "/":
            raise web.HTTPSeeOther(way_to_sign_in(request))
        return self._answer("signed_out.html", {"way": way_to_sign_in(request)})

    def _nothing(self, viewer: Viewer) -> web.Response:
        """The same answer for what is not there and for what one may not know to be there."""
        return self._alone("nothing.html", viewer, status=404)

    def _alone(self, template: str, viewer: Viewer, *, status: int) -> web.Response:
        return self._answer(template, {"frame": frame_for(self._addresses.pages, viewer)}, status=status)

    def _shown(self, asked: _Asked, seen: Seen, *, here: str, said: str) -> web.Response:
        page, reading, pages = asked.page, asked.reading, self._addresses.pages
        name = reading.repository.full_name if reading.repository is not None else ""
        frame = replace(
            frame_for(pages, reading.viewer, here=page.name),
            repository=reading.repository,
            tabs=tabs_of(pages, name, here=page.name) if name else (),
            said=said,
            here=here,
            version=seen.version,
        )
        return self._answer(
            page.template,
            {
                **seen.facts,
                "frame": frame,
                "github": reading.github,
                "address": partial(_address, reading),
            },
        )

    def _answer(self, template: str, facts: Mapping[str, Any], *, status: int = 200) -> web.Response:
        return self._site.respond(
            Page(
                template=f"dashboard/{template}",
                now=self._means.clock(),
                facts={"static": static_address, **facts},
                status=status,
                headers=HEADERS_WITH_FORMS,
            )
        )


async def _version(page: DashboardPage, reading: Reading) -> str:
    if page.follow is not None:
        return await page.follow(reading)
    seen = await page.read(reading)
    return seen.version if seen is not None else ""


def _file(download: Download) -> web.Response:
    headers = {
        **HEADERS_WITH_FORMS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(download.name, safe='')}",
    }
    return web.Response(text=download.text, content_type=download.content_type, headers=headers)


def _address(reading: Reading, repository_id: int, kind: Kind, *parts: str) -> str:
    """The address of one of the pages that summaries link to."""
    return reading.links.address(repository_id, kind, *parts, now=reading.now)
