"""The pages that a summary links to: whoever has such a link may read, anyone else learns nothing."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.page_links import PREFIX, Kind, is_valid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.storage.database import Database
    from bot.web.page_site import PageSite

log = structlog.get_logger()

_STATIC: Mapping[str, str] = {"pages.css": "text/css", "pages.svg": "image/svg+xml"}
_MOST_ID = (1 << 63) - 1  # that a database takes
_PAGES = {Kind.TESTS, Kind.METRICS, Kind.HISTORY}
_MOST_BASE = 255  # characters of a branch's name


class Pages:
    """Answers the requests for pages.

    Args:
        keys: one of them has signed every link that is answered.
        open_database: opens the tables when the first page is asked for, so that an idle process stays small.
        clock: the time in UTC.
    """

    def __init__(
        self, *, keys: tuple[bytes, ...], open_database: Callable[[], Database], clock: Callable[[], datetime]
    ) -> None:
        self._keys = keys
        self._open_database = open_database
        self._clock = clock
        self._database: Database | None = None
        self._site: PageSite | None = None
        self._turn = asyncio.Lock()  # one page at a time: deliveries go before readers

    def add_to(self, app: web.Application) -> None:
        """This function will add the routes of the pages to an application."""
        kinds = "|".join(Kind)
        path = f"{PREFIX}/{{repository:[0-9]{{1,19}}}}/{{kind:{kinds}}}/{{token:[0-9a-z-]{{1,80}}}}"
        app.router.add_get(f"{PREFIX}/static/{{name}}", self._static)
        app.router.add_get(path, self._page)
        app.router.add_get(path + "/{run:[0-9]{1,19}}/{attempt:[0-9]{1,9}}", self._page)
        app.router.add_get(f"{PREFIX}/{{anything:.*}}", self._unknown)
        app.on_cleanup.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        if self._database is not None:
            self._database.close()

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _STATIC:
            return self._nothing()
        content = files("bot.web").joinpath("static", name).read_bytes()
        headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=content, content_type=_STATIC[name], headers=headers)

    async def _unknown(self, _request: web.Request) -> web.Response:
        return self._nothing()

    def _nothing(self) -> web.Response:
        """The same answer for what was never there, what has run out and what was guessed."""
        return self._respond("nothing.html", {}, status=404)

    async def _page(self, request: web.Request) -> web.Response:
        asked = request.match_info
        repository_id, kind, token = int(asked["repository"]), Kind(asked["kind"]), asked["token"]
        if kind not in _PAGES or not is_valid(token, self._keys, repository_id, kind, now=self._clock()):
            return self._nothing()
        run_id, attempt = int(asked.get("run", 0)), int(asked.get("attempt", 0))
        if run_id > _MOST_ID or (run_id and kind is not Kind.TESTS):
            return self._nothing()
        base = request.query.get("base", "")[:_MOST_BASE]
        try:
            async with self._turn:
                facts = await self._facts(repository_id, kind, (run_id, attempt, base))
            return self._respond(f"{kind}.html", {"facts": facts, "here": _here(request), "base": base})
        except Exception:
            # Without the address: it opens the page for whoever reads the log.
            log.exception("page_failed", repository=repository_id, kind=kind.value)
            return self._respond("failed.html", {}, status=503)

    async def _facts(self, repository_id: int, kind: Kind, asked: tuple[int, int, str]) -> object:
        # Imported here, as below: a process that nobody asks for a page does without all this.
        from bot.web.history_facts import history_facts  # noqa: PLC0415 - see above
        from bot.web.metrics_facts import metrics_facts  # noqa: PLC0415 - see above
        from bot.web.run_facts import AskedRun, run_facts  # noqa: PLC0415 - see above

        if self._database is None:
            self._database = self._open_database()
        now = self._clock()
        match kind:
            case Kind.TESTS:
                run = AskedRun(run_id=asked[0], attempt=asked[1], base=asked[2])
                return await run_facts(self._database, repository_id, run, now=now)
            case Kind.METRICS:
                return await metrics_facts(self._database, repository_id, now=now)
            case Kind.HISTORY:
                return await history_facts(self._database, repository_id, now=now)
            case _:
                raise LookupError(kind)

    def _respond(self, template: str, facts: Mapping[str, Any], *, status: int = 200) -> web.Response:
        from bot.web.page_site import Page, PageSite  # noqa: PLC0415 - see above

        if self._site is None:
            self._site = PageSite()
        return self._site.respond(Page(template=template, now=self._clock(), facts=facts, status=status))


def _here(request: web.Request) -> str:
    """The address up to the token: pages of the same kind stand below it."""
    asked = request.match_info
    return f"{PREFIX}/{asked['repository']}/{asked['kind']}/{asked['token']}"
