"""What stands in front of every route of an application that anybody can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.headers import add_headers
from bot.web.limits import Limits
from bot.web.metrics import COUNTS

if TYPE_CHECKING:
    from aiohttp import web

    from bot.config.networks import Network


def protect(app: web.Application, *, trusted: tuple[Network, ...], is_secure: bool) -> None:
    """This function will limit how often anybody asks, and give every answer the headers that keep it harmless.

    Args:
        app: an application that does not run yet.
        trusted: the networks of our reverse proxies.
        is_secure: whether browsers reach it over https.
    """
    counts = app.get(COUNTS)
    limits = Limits(trusted=trusted) if counts is None else Limits(trusted=trusted, refused=counts.limited)
    app.middlewares.insert(0, limits.middleware)
    add_headers(app, is_secure=is_secure)
