"""The two cookies of signing in: their names, and what keeps them from scripts and other sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sign_ins.rules import HOLDS_FOR
from bot.web.signin import ways

if TYPE_CHECKING:
    from aiohttp import web

_LONGEST = 4096  # characters that browsers keep
_PREFIX = "__Host-"  # a browser takes such a name only over https, for this host alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    """Reads and writes the cookies.

    Args:
        is_secure: whether browsers reach us over https.
    """

    is_secure: bool

    @property
    def sign_in(self) -> str:
        """The name of the cookie of who signed in."""
        return self._named("pilothouse")

    @property
    def way(self) -> str:
        """The name of the cookie of who is signing in."""
        return self._named("pilothouse-way")

    def _named(self, name: str) -> str:
        return f"{_PREFIX}{name}" if self.is_secure else name

    def read(self, request: web.Request, name: str) -> str:
        """This function will read a cookie; empty where there is none that could be ours."""
        value = request.cookies.get(name, "")
        return value if len(value) <= _LONGEST and value.isascii() else ""

    def keep_sign_in(self, response: web.StreamResponse, token: str) -> None:
        """This function will have the browser remember who signed in."""
        self._keep(response, self.sign_in, token, HOLDS_FOR.total_seconds())

    def keep_way(self, response: web.StreamResponse, value: str) -> None:
        """This function will have the browser remember the ways that are under way, or forget them."""
        if value:
            self._keep(response, self.way, value, ways.HOLDS_FOR.total_seconds())
        else:
            self._forget(response, self.way)

    def forget_sign_in(self, response: web.StreamResponse) -> None:
        """This function will have the browser forget who signed in."""
        self._forget(response, self.sign_in)

    def _keep(self, response: web.StreamResponse, name: str, value: str, seconds: float) -> None:
        # Lax: strict ones would not come with the way back from GitHub, which is another site.
        response.set_cookie(
            name, value, max_age=int(seconds), path="/", secure=self.is_secure, httponly=True, samesite="Lax"
        )

    def _forget(self, response: web.StreamResponse, name: str) -> None:
        response.del_cookie(name, path="/", secure=self.is_secure, httponly=True, samesite="Lax")
