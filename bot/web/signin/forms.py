"""Reads what a page's form sends, if that page was one that its sender was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.web.signin.viewing import is_own_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.web.viewer import Viewer

_TYPE = "application/x-www-form-urlencoded"
_MOST_BYTES = 65_536
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
