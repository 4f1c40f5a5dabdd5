"""Carries the sentence that answers a form to the next page."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from bot.web.viewer import Viewer

_COOKIE = "pilothouse_said"
_SECONDS = 60
_MOST_SAID = 1000


def say_once(response: web.Response, said: str, viewer: Viewer, *, is_secure: bool) -> None:
    """This function will let the next page say this."""
    text = said[:_MOST_SAID].encode()
    value = base64.urlsafe_b64encode(_mark(text, viewer) + text).decode()
    response.set_cookie(
        _COOKIE, value, max_age=_SECONDS, path="/", httponly=True, samesite="Strict", secure=is_secure
    )


def said_before(request: web.Request, viewer: Viewer) -> str:
    """This function will read what the page is to say; empty where nobody but us could have wanted it said."""
    try:
        value = base64.urlsafe_b64decode(request.cookies.get(_COOKIE, "").encode())
    except (binascii.Error, ValueError):
        return ""
    size = len(_mark(b"", viewer))
    mark, text = value[:size], value[size:]
    return text.decode() if hmac.compare_digest(mark, _mark(text, viewer)) else ""


def unsay(response: web.StreamResponse) -> None:
    """This function will let no further page say it."""
    response.del_cookie(_COOKIE, path="/", httponly=True, samesite="Strict")


def _mark(text: bytes, viewer: Viewer) -> bytes:
    return hmac.digest(b"said once\n" + viewer.csrf.encode(), text, "sha256")
