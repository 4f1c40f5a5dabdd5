"""Reads what a page's form sends, and carries the sentence that answers it to the next page."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from aiohttp import web

from bot.web.signin.viewing import is_own_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.web.viewer import Viewer

_TYPE = "application/x-www-form-urlencoded"
_MOST_BYTES = 65_536
_COOKIE = "pilothouse_said"
_SECONDS = 60
_MOST_SAID = 1000
_MOST_TYPED = 1000


class ForgedFormError(Exception):
    """A form does not come from a page that this person was shown."""


def storable(text: str) -> str:
    """This function will make of what somebody typed what every database takes: no NUL, no half characters."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")[:_MOST_TYPED]


async def posted(request: web.Request, viewer: Viewer) -> Mapping[str, str]:
    """This function will read the fields of a form.

    Raises:
        ForgedFormError: it lacks what only a page of this sign-in knows.
        web.HTTPRequestEntityTooLarge: it is larger than any form of ours.
    """
    if request.content_type != _TYPE or (request.charset or "utf-8").lower() != "utf-8":
        raise ForgedFormError
    size = request.content_length
    if size is None or size > _MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=_MOST_BYTES, actual_size=size or 0)
    fields = (await request.post()).items()
    form = {name: storable(value) for name, value in fields if isinstance(value, str)}
    if not viewer.csrf or not is_own_form(request, form, viewer):
        raise ForgedFormError
    return form


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
