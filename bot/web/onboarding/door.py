"""Lets one browser into the set-up: the first that brings the token which the console printed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from aiohttp import web

FIELD = "csrf"
_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 64 * 1024
COOKIE = "pilothouse_setup"
SECURE_COOKIE = f"__Host-{COOKIE}"


class Door:
    """Who is in, and since when.

    Args:
        clock: the time in UTC.
    """

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.token = secrets.token_urlsafe(32)
        self.session_digest = ""
        self.entered_at: datetime | None = None

    def enter(self, given: str) -> str:
        """This function will let the first browser in that brings the token, and give its session; else nothing."""
        if self.entered_at is not None or not _is_same(given, self.token):
            return ""
        self.entered_at = self._clock()
        session = secrets.token_urlsafe(32)
        self.session_digest = _digest(session)
        return session

    def resume(self, session_digest: str) -> None:
        """This function will let the browser in again that was in before a kill, until another brings the token."""
        self.session_digest = session_digest

    def was_used_by_another(self, given: str) -> bool:
        """This function will say whether a token was right, had nobody brought it before."""
        return self.entered_at is not None and _is_same(given, self.token)

    def knows(self, request: web.Request) -> bool:
        """This function will say whether a request comes from the browser that was let in."""
        brought = (request.cookies.get(name, "") for name in (SECURE_COOKIE, COOKIE))
        return bool(self.session_digest) and any(
            _is_same(_digest(one), self.session_digest) for one in brought
        )

    @property
    def csrf(self) -> str:
        """What every form of the set-up carries."""
        return hmac.new(self.session_digest.encode(), FIELD.encode(), hashlib.sha256).hexdigest()

    async def own_form(self, request: web.Request) -> dict[str, str] | None:
        """This function will read a form that a page of the set-up made; None where another made it."""
        is_plain = request.content_type == _FORM and (request.charset or "utf-8").lower() == "utf-8"
        if not is_plain or (request.content_length or 0) > _MOST_BYTES:
            return None
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        return form if self._is_own(form) else None

    def _is_own(self, form: Mapping[str, object]) -> bool:
        given = form.get(FIELD)
        return isinstance(given, str) and _is_same(given, self.csrf)

    def close(self) -> None:
        """This function will let nobody in any more."""
        self.session_digest = ""
        self.token = secrets.token_urlsafe(32)


def _digest(session: str) -> str:
    """What is remembered of a session, which is long and random; a cookie may hold bytes that are no text."""
    return hashlib.sha256(session.encode(errors="replace")).hexdigest()


def _is_same(given: str, ours: str) -> bool:
    """In a time that tells nothing of ours; a cookie may hold bytes that are no text."""
    return hmac.compare_digest(given.encode(errors="replace"), ours.encode())


def is_secure(request: web.Request) -> bool:
    """This function will say whether the browser came by https, perhaps to a proxy before us."""
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    return request.secure or forwarded == "https"


def give_session(response: web.StreamResponse, session: str, request: web.Request) -> None:
    """This function will have the browser keep its session; GitHub leads back to us, so Lax and not Strict."""
    secure = is_secure(request)
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        session,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=secure,
    )
