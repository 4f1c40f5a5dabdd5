"""Keeps other sites from posting to the pages: same origin, a token in every form, loopback host names only."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

SESSION = "localhub_session"
FIELD = "guard"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Guard:
    """Makes and checks the token that every form carries."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def session(self, request: web.Request) -> str:
        """This function will give the visitor's session, a new one on the first visit."""
        return request.cookies.get(SESSION) or secrets.token_urlsafe(24)

    def field(self, session: str) -> Markup:
        """This function will give the hidden form field of a session."""
        return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, self._token(session))

    def check_host(self, request: web.Request) -> None:
        """This function will refuse names that another site could have pointed at this machine.

        Raises:
            web.HTTPForbidden: the Host header names no loopback address.
        """
        if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
            raise web.HTTPForbidden(text="This page is only for this machine: use 127.0.0.1 or localhost.")

    def check_post(self, request: web.Request, given: str) -> None:
        """This function will refuse a form that was not sent by a page of this server.

        Raises:
            web.HTTPForbidden: the form comes from elsewhere, or from a page older than the server.
        """
        self.check_host(request)
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if site not in {"same-origin", "none"} or (origin and urlsplit(origin).netloc != request.host):
            raise web.HTTPForbidden(text="This form was sent by another site.")
        session = request.cookies.get(SESSION, "")
        if not session or not hmac.compare_digest(self._token(session).encode(), given.encode()):
            raise web.HTTPForbidden(text="This page is older than the server. Reload it and try again.")

    def _token(self, session: str) -> str:
        return hmac.new(self._secret, session.encode(), "sha256").hexdigest()
