"""The pages that a summary links to: whoever has such a link may read, anyone else learns nothing."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.page_links import PREFIX, Kind, PageLinks, is_valid
from bot.web.asked import Asked
from bot.web.static_files import static_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.storage.database import Database
    from bot.web.live import Live
    from bot.web.page_site import PageSite

log = structlog.get_logger()

_MOST_ID = (1 << 63) - 1  # that a database takes
_TOKEN = "{token:[0-9a-z-]{1,80}}"  # noqa: S105 - a pattern
_ID = "{subject:[0-9a-z-]{1,512}}"  # of a deployment, gate or release; a day of costs
_NAME = "{subject:-|[0-9A-Za-z][0-9A-Za-z._-]{0,63}}"  # of an agent, or what stands for all
_FOLLOWED = (Kind.DEPLOYMENT, Kind.GATE, Kind.MERGES, Kind.RELEASE, Kind.COSTS)
_MOST_BASE = 255  # characters of a branch's name


class Pages:
    """Answers the requests for pages.

    Args:
        keys: one of them has signed every link that is answered.
        open_database: opens the tables when the first page is asked for, so that an idle process stays small.
        clock: the time in UTC.
        live: tells open pages what moved.
    """

    def __init__(
        self,
        *,
        keys: tuple[bytes, ...],
        open_database: Callable[[], Database],
        clock: Callable[[], datetime],
        live: Live,
    ) -> None:
        self._keys = keys
        self._open_database = open_database
        self._clock = clock
        self._database: Database | None = None
        self._site: PageSite | None = None
        self._turn = asyncio.Lock()  # one page at a time: deliveries go before readers
        self._live = live

    def add_to(self, app: web.Application) -> None:
        """This function will add the routes of the pages to an application."""
        base = f"{PREFIX}/{{repository:[0-9]{{1,19}}}}"
        unfollowed = (kind for kind in Kind if kind not in {*_FOLLOWED, Kind.AGENTS})
        reports = f"{base}/{{kind:{'|'.join(unfollowed)}}}/{_TOKEN}"
        followed = (
            f"{base}/{{kind:{'|'.join(_FOLLOWED)}}}/{_TOKEN}/{_ID}",
            f"{base}/{{kind:{Kind.AGENTS}}}/{_TOKEN}/{_NAME}",
        )
        app.router.add_get(f"{PREFIX}/static/{{name}}", self._static)
        app.router.add_get(reports, self._page)
        app.router.add_get(reports + "/{run:[0-9]{1,19}}/{attempt:[0-9]{1,9}}", self._page)
        for path in followed:
            app.router.add_get(path, self._page)
            app.router.add_get(path + "/changes", self._changes)
        app.router.add_get(f"{base}/{{kind:{Kind.COSTS}}}/{_TOKEN}/{_ID}/lines.csv", self._lines)
        app.router.add_get(f"{PREFIX}/{{anything:.*}}", self._unknown)
        app.on_shutdown.append(self._live.stop)
        app.on_cleanup.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        if self._database is not None:
            self._database.close()

    async def _static(self, request: web.Request) -> web.Response:
        return static_answer(request) or self._nothing()

    async def _unknown(self, _request: web.Request) -> web.Response:
        return self._nothing()

    def _nothing(self) -> web.Response:
        """The same answer for what was never there, what has run out and what was guessed."""
        return self._respond("nothing.html", {}, status=404)

    def _failed(self, asked: Asked, error: Exception) -> web.Response:
        # Without the address: it opens the page for whoever reads the log.
        log.error("page_failed", repository=asked.repository_id, kind=asked.kind.value, exc_info=error)
        return self._respond("failed.html", {}, status=503)

    async def _page(self, request: web.Request) -> web.Response:
        asked = self._asked(request)
        if asked is None:
            return self._nothing()
        try:
            async with self._turn:
                facts = await self._facts(asked)
        except Exception as error:  # noqa: BLE001 - logged there
            return self._failed(asked, error)
        if facts is None:
            return self._nothing()
        shown = {
            "facts": facts,
            "here": _here(request),
            "base": asked.base,
            "changes": f"{request.path}/changes",
            "address": partial(
                PageLinks(root="", key=self._keys[0]).address, asked.repository_id, now=self._clock()
            ),
        }
        return self._respond(f"{asked.kind}.html", shown)

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """What an open page listens to."""
        asked = self._asked(request)
        if asked is None:
            return self._nothing()

        return await self._live.follow(request, partial(self._version, asked))

    async def _lines(self, request: web.Request) -> web.Response:
        """A day of costs as a file."""
        from bot.web.costs.facts import costs_csv  # noqa: PLC0415 - as below
        from bot.web.page_site import HEADERS  # noqa: PLC0415 - as below

        asked = self._asked(request)
        if asked is None:
            return self._nothing()
        try:
            async with self._turn:
                text = await costs_csv(self._opened(), asked.repository_id, asked.subject, now=self._clock())
        except Exception as error:  # noqa: BLE001 - logged there
            return self._failed(asked, error)
        if text is None:
            return self._nothing()
        named = {"Content-Disposition": f'attachment; filename="costs-{asked.subject}.csv"'}
        return web.Response(text=text, content_type="text/csv", headers={**HEADERS, **named})

    def _asked(self, request: web.Request) -> Asked | None:
        """What the request asks for; None where its address opens nothing."""
        given = request.match_info
        repository_id, kind = int(given["repository"]), Kind(given["kind"])
        run_id = int(given.get("run", 0))
        if not is_valid(given["token"], self._keys, repository_id, kind, now=self._clock()):
            return None
        if max(repository_id, run_id) > _MOST_ID or (run_id and kind is not Kind.TESTS):
            return None
        return Asked(
            repository_id=repository_id,
            kind=kind,
            run_id=run_id,
            attempt=int(given.get("attempt", 0)),
            base=request.query.get("base", "")[:_MOST_BASE],
            subject=given.get("subject", ""),
        )

    async def _facts(self, asked: Asked) -> object | None:
        # Imported here: a process that nobody asks for a page does without all this.
        from bot.web.facts import facts_for  # noqa: PLC0415 - see above

        return await facts_for(self._opened(), asked, now=self._clock())

    async def _version(self, asked: Asked) -> str:
        from bot.web.facts import version_for  # noqa: PLC0415 - as above

        return await version_for(self._opened(), asked, now=self._clock())

    def _opened(self) -> Database:
        if self._database is None:
            self._database = self._open_database()
        return self._database

    def _respond(self, template: str, facts: Mapping[str, Any], *, status: int = 200) -> web.Response:
        from bot.web.page_site import Page, PageSite  # noqa: PLC0415 - see above

        if self._site is None:
            self._site = PageSite()
        return self._site.respond(Page(template=template, now=self._clock(), facts=facts, status=status))


def _here(request: web.Request) -> str:
    """The address up to the token: pages of the same kind stand below it."""
    asked = request.match_info
    return f"{PREFIX}/{asked['repository']}/{asked['kind']}/{asked['token']}"
