"""How often each part of the site is asked, and how fast it answers; deliveries are measured by the webhook itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web
from prometheus_client import Counter, Histogram

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Middleware
    from prometheus_client import CollectorRegistry

    Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

# The first part of an address; what strangers ask for beside these is one label.
PLACES = frozenset(
    {
        *("agents", "audit", "changes", "ci", "costs", "deliveries", "healthz", "levels", "metrics"),
        *("queue", "repos", "setup", "sign-in", "sign-out", "static"),
    }
)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


def measured(registry: CollectorRegistry) -> Middleware:
    """This function will make the middleware that measures requests."""
    answered = Counter(
        "pilothouse_requests_total",
        "Requests but deliveries, by the part of the site and the answer's status.",
        ("place", "status"),
        registry=registry,
    )
    seconds = Histogram(
        "pilothouse_request_seconds",
        "Time from a request, but a delivery, to its answer, by the part of the site.",
        ("place",),
        buckets=_SECONDS,
        registry=registry,
    )

    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/webhook":
            return await handler(request)
        began, place, status = time.perf_counter(), place_of(request.path), 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            answered.labels(place, str(status)).inc()
        # What goes on for as long as somebody looks says nothing of how fast we are.
        if response.content_type != "text/event-stream":
            seconds.labels(place).observe(time.perf_counter() - began)
        return response

    return measure


def place_of(path: str) -> str:
    """This function will name the part of the site that an address is in."""
    first = path.removeprefix("/").partition("/")[0]
    if not first:
        return "overview"
    return first if first in PLACES else "other"
