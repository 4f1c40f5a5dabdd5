"""Tells whoever is faster than the very first start that it takes a moment more: a page, or a line for a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from bot.web.page_site import HEADERS, Page, PageSite
from bot.web.static_files import static_address

if TYPE_CHECKING:
    from datetime import datetime

_AGAIN_SECONDS = "2"
_SAID = "Pilothouse is starting. Try again in a moment."


class StartingError(Exception):
    """The tables are not there yet."""

    def __init__(self, at: datetime) -> None:
        super().__init__(_SAID)
        self.at = at


def asked_too_soon(request: web.Request, error: StartingError) -> web.HTTPServiceUnavailable:
    """This function will make the answer for somebody who has come too soon."""
    headers = {**HEADERS, "Cache-Control": "no-store", "Retry-After": _AGAIN_SECONDS}
    accepted = request.headers.get("Accept", "")
    if "text/html" not in accepted:
        is_json = "json" in accepted
        text = orjson.dumps({"status": "starting", "reason": _SAID}).decode() if is_json else f"{_SAID}\n"
        kind = "application/json" if is_json else "text/plain"
        return web.HTTPServiceUnavailable(text=text, content_type=kind, headers=headers)
    is_asked_again = request.method == "GET"
    if is_asked_again:  # without JavaScript; a form would be asked for, not sent again
        headers["Refresh"] = _AGAIN_SECONDS
    facts = {"static": static_address, "again": request.path_qs if is_asked_again else "/"}
    shown = PageSite().respond(Page(template="starting.html", now=error.at, facts=facts))
    return web.HTTPServiceUnavailable(text=shown.text, content_type="text/html", headers=headers)
