"""Says who asks for a page, by whatever the application signs people in with."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from bot.web.viewer import VIEWER, Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

# How an application knows who asks; it raises an answer where that cannot be known now.
Viewing = Callable[[web.Request], Awaitable[Viewer | None]]
VIEWING: web.AppKey[Viewing] = web.AppKey("viewing")

SIGN_IN = "/sign-in"
CSRF_FIELD = "csrf"
_OWN = frozenset({"same-origin", "none"})


async def viewer_of(request: web.Request) -> Viewer | None:
    """This function will say who asks; None: nobody who is signed in.

    Raises:
        web.HTTPServiceUnavailable: GitHub does not tell what they may read, and what it told last is too old.
    """
    if VIEWER in request:
        return request[VIEWER]
    viewing = request.app.get(VIEWING)
    found = None if viewing is None else await viewing(request)
    if found is not None:
        request[VIEWER] = found
    return found


def is_own_form(request: web.Request, form: Mapping[str, str], viewer: Viewer) -> bool:
    """This function will say whether a form was sent by a page that this person was shown."""
    # The Origin of a form says nothing: browsers send "null" from pages whose Referrer-Policy is no-referrer
    # https://fetch.spec.whatwg.org/#append-a-request-origin-header
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OWN:
        return False
    return hmac.compare_digest(form.get(CSRF_FIELD, "").encode(), viewer.csrf.encode())


def way_to_sign_in(request: web.Request) -> str:
    """This function will give the address that signs somebody in and brings them back to what they asked for."""
    is_page = request.method == "GET" and request.rel_url.path != SIGN_IN
    return f"{SIGN_IN}?{urlencode({'to': request.rel_url.raw_path_qs})}" if is_page else SIGN_IN
