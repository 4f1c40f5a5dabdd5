"""What of the processes becomes a span: deliveries, dispatches, runs, steps, calls."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

from bot.app.start import StartProblemError
from bot.engine.context import present_work
from bot.engine.spans import Span, SpanKind, delivery_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.config.settings import Settings
    from bot.engine.spans import Tell
    from bot.github.tuning import Call

    Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ERRORS = 400  # HTTP statuses from here on
_RANDOM = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Makes spans of what happens and has them sent."""

    tell: Tell
    close: Callable[[], None]  # sends what is left
    clock: Callable[[], datetime]
    host: str  # of GitHub's API

    def called(self, call: Call) -> None:
        """This function will tell of a call of GitHub's API, within what is being done."""
        work, now = present_work(), self.clock()
        self.tell(
            Span(
                kind=SpanKind.CALL,
                name=f"{call.method} {call.path}",
                trace=work.trace if work else secrets.token_hex(_RANDOM),
                id=f"call {secrets.token_hex(_RANDOM)}",
                parent=work.id if work else "",
                began=now - timedelta(seconds=call.seconds),
                ended=now,
                attributes={
                    "method": call.method,
                    "path": call.path,
                    "host": self.host,
                    "status": call.status,
                    "operation": call.operation,
                    "waited": call.waited,
                },
                error=_error(call.status),
            )
        )

    def received(self, request: web.Request, status: int, began: datetime) -> None:
        """This function will tell of a request to the webhook.

        A delivery's GUID is believed only once its signature was: before that, anybody may name one.
        """
        is_taken = status == web.HTTPAccepted.status_code
        guid = request.headers.get("X-GitHub-Delivery", "") if is_taken else ""
        known: dict[str, str | int] = {
            "method": request.method,
            "route": "/webhook",
            "scheme": request.scheme,
        }
        if is_taken:
            known |= {"delivery": guid, "event": request.headers.get("X-GitHub-Event", "")}
        trace = guid or secrets.token_hex(_RANDOM)
        self.tell(
            Span(
                kind=SpanKind.DELIVERY,
                name=f"{request.method} /webhook",
                trace=trace,
                id=delivery_id(trace),
                parent="",
                began=began,
                ended=self.clock(),
                attributes={**known, "status": status},
                error=_error(status),
            )
        )

    def add_to(self, app: web.Application) -> None:
        """This function will have requests to an application's webhook told."""

        @web.middleware
        async def telling(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path != "/webhook":
                return await handler(request)
            began = self.clock()
            response = await handler(request)
            self.received(request, response.status, began)
            return response

        async def closed(_app: web.Application) -> None:
            await asyncio.to_thread(self.close)

        app.middlewares.append(telling)
        app.on_cleanup.append(closed)


def traces_of(settings: Settings, *, process: str, clock: Callable[[], datetime]) -> Traces | None:
    """This function will make what tells of spans, where the settings name a place for them.

    Args:
        settings: with the collector's address, the share of traces that it gets, and GitHub's address.
        process: which of ours this is.
        clock: the time in UTC.

    Raises:
        StartProblemError: what sends them is not installed.
    """
    if not settings.web.traces_url:
        return None
    try:
        # Imported here: an extra, and a process that sends no traces stays small.
        from bot.app.traces.sending import Sender  # noqa: PLC0415 - see above
    except ImportError as error:
        raise StartProblemError(
            f"PILOTHOUSE_TRACES_URL is set, but what sends traces is not installed ({error}). "
            "Install it with pip install 'pilothouse[traces]', or unset the variable."
        ) from error
    sender = Sender(settings.web.traces_url, process=process, share=settings.web.traces_share)
    host = urlsplit(settings.github_api_url).hostname or ""
    return Traces(tell=sender.send, close=sender.close, clock=clock, host=host)


def _error(status: int) -> str:
    if status == 0:
        return "no_answer"
    return str(status) if status >= _ERRORS else ""
