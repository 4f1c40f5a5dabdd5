"""Renders the pages of the set-up, with the headers that let their forms lead to GitHub and nowhere else."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.web.page_site import HEADERS_WITH_FORMS, Page, PageSite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.web.onboarding.door import Door

ROOT = "/setup"
_STATIC: Mapping[str, str] = {  # the files that the pages load, and their types
    "pages.css": "text/css",
    "dashboard.css": "text/css",
    "setup.css": "text/css",
    "pages.svg": "image/svg+xml",
    "live.js": "text/javascript",
}
_POLICY = "Content-Security-Policy"


class SetUpPages:
    """Makes the answers of the set-up.

    Args:
        door: who is in; its forms' token is on every page.
        clock: the time in UTC.
    """

    def __init__(self, door: Door, *, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._clock = clock
        self._site = PageSite()

    def respond(
        self, name: str, facts: Mapping[str, Any] | None = None, *, status: int = 200, leads_to: str = ""
    ) -> web.Response:
        """This function will render a page.

        Args:
            name: of the template.
            facts: what it shows.
            status: of the answer.
            leads_to: another site that a form of the page may be sent to.
        """
        shown = {"csrf": self._door.csrf, **(facts or {})}
        # What these pages show is for one browser and changes: no cache keeps it.
        headers = {**HEADERS_WITH_FORMS, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        if leads_to:
            own = "form-action 'self'"
            headers[_POLICY] = headers[_POLICY].replace(own, f"{own} {leads_to}")
        page = Page(
            template=f"setup/{name}.html", now=self._clock(), facts=shown, status=status, headers=headers
        )
        return self._site.respond(page)

    def closed(self, given: str = "", *, is_from_github: bool = False) -> web.Response:
        """This function will tell a browser that was not let in why, and what its person can do."""
        entered_at = self._door.entered_at if self._door.was_used_by_another(given) else None
        facts = {"entered_at": entered_at, "is_from_github": is_from_github}
        return self.respond("closed", facts | {"csrf": ""}, status=403)

    def forged(self) -> web.Response:
        """This function will refuse a form that no page of ours has sent."""
        return self.respond("forged", status=403)


async def static(request: web.Request) -> web.Response:
    """This function will answer with a file that the pages load."""
    name = request.match_info["name"]
    if name not in _STATIC:
        raise web.HTTPNotFound
    content = files("bot.web").joinpath("static", name).read_bytes()
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=content, content_type=_STATIC[name], headers=headers)
