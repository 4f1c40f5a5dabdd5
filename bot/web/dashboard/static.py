"""The files that every page of the dashboard loads: kept by browsers for as long as they stay as they are."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES: Mapping[str, str] = {  # each file with its type
    "dashboard.css": "text/css",
    "pages.css": "text/css",
    "pages.svg": "image/svg+xml",
    "live.js": "text/javascript",
}
_DIGITS = 10


@cache
def _content(name: str) -> bytes:
    return files("bot.web").joinpath("static", name).read_bytes()


@cache
def static_address(name: str) -> str:
    """This function will make the address of a file: another one as soon as the file is another one."""
    return f"/static/{name}?v={hashlib.sha256(_content(name)).hexdigest()[:_DIGITS]}"


def static_answer(request: web.Request) -> web.Response:
    """This function will answer with a file."""
    name = request.match_info["name"]
    if name not in TYPES:
        return web.Response(status=404, text="There is nothing at this address.")
    is_present = request.path_qs == static_address(name)
    lasting = "max-age=31536000, immutable" if is_present else "max-age=300"
    headers = {"Cache-Control": f"public, {lasting}", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=_content(name), content_type=TYPES[name], headers=headers)
