"""The headers that every answer of every route carries, whoever made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

# An answer that loads something or has a form says so itself; all others let a browser do nothing with them.
_ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_OF_PAGES: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "X-Robots-Tag": "noindex, nofollow",
}
# A year, as https://hstspreload.org asks for; without subdomains, which are not ours to decide about.
_SECURE = {"Strict-Transport-Security": "max-age=31536000"}
_MACHINES = frozenset({"/webhook", "/healthz", "/metrics"})


def add_headers(app: web.Application, *, is_secure: bool) -> None:
    """This function will have every answer carry what keeps browsers from doing anything harmful with it.

    Args:
        app: the application.
        is_secure: whether browsers reach it over https.
    """
    always = {**_ALWAYS, **(_SECURE if is_secure else {})}

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        for name, value in always.items():
            if name not in headers:
                headers[name] = value
        if request.path in _MACHINES:
            return
        for name, value in _OF_PAGES.items():
            if name not in headers:
                headers[name] = value

    app.on_response_prepare.append(add)
