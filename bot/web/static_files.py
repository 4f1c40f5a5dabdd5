"""The files that pages load: sent small, and kept by browsers for as long as they stay as they are."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILES: Mapping[str, tuple[str, str]] = {  # the file of each name, and its type
    "dashboard.css": ("dashboard.css", "text/css"),
    "pages.css": ("pages.css", "text/css"),
    "pages.svg": ("pages.svg", "image/svg+xml"),
    "live.js": ("live.js", "text/javascript"),
    "costs.js": ("costs.js", "text/javascript"),
    "uplot.js": ("uplot/uPlot.iife.min.js", "text/javascript"),
    "uplot.css": ("uplot/uPlot.min.css", "text/css"),
}
_DIGITS = 10


@cache
def _content(name: str) -> bytes:
    return files("bot.web").joinpath("static", _FILES[name][0]).read_bytes()


@cache
def _packed(name: str) -> bytes:
    """Nothing of it is secret, so that its size may tell what is in it."""
    return gzip.compress(_content(name), mtime=0)


@cache
def _version(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:_DIGITS]


def static_address(name: str) -> str:
    """This function will make the address of a file: another one as soon as the file is another one."""
    return f"/static/{name}?v={_version(name)}"


def static_answer(request: web.Request) -> web.Response | None:
    """This function will answer with the file that a request names, or return None where there is none."""
    name = request.match_info["name"]
    if name not in _FILES:
        return None
    is_present = request.query.get("v") == _version(name)
    headers = {
        "Cache-Control": f"public, {'max-age=31536000, immutable' if is_present else 'max-age=3600'}",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    body = _content(name)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = _packed(name)
    return web.Response(body=body, content_type=_FILES[name][1], headers=headers)
