"""POST /webhook: verified, written down durably, and only then acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.github.events import Unreadable
from bot.github.routing import routing
from bot.storage.inbox import Delivery, Inbox, InboxFullError
from bot.web.bodies import Bodies, TooLargeError, TooManyError, TooSlowError
from bot.web.limits import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.web.metrics import WebMetrics

log = structlog.get_logger()

# GitHub gives up after 10 seconds: an answer must be on its way before.
_WRITE_SECONDS = 8.0
_STUCK_SECONDS = 5.0
_RETRY_AFTER = {"Retry-After": "30"}

_DELIVERY, _NAME = "X-GitHub-Delivery", "X-GitHub-Event"
_GUID = re.compile(r"[0-9A-Za-z._:-]{1,100}")
_EVENT = re.compile(r"[a-z_]{1,64}")

_ACCEPTED = b'{"status":"accepted"}'
_IGNORED = b'{"status":"ignored"}'


class Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """The delivery is not taken; the text is for whoever set the webhook up."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Takes deliveries in."""

    inbox: Inbox
    secrets: tuple[bytes, ...]
    # Whether any handler wants the event with this action; with None: with any action.
    wanted: Callable[[str, str | None], bool]
    metrics: WebMetrics
    bodies: Bodies = field(default_factory=Bodies)

    async def handle(self, request: web.Request) -> web.Response:
        """This function will answer 202 once the delivery is durable or not wanted, and say why otherwise."""
        began = time.perf_counter()
        try:
            stored = await self._take(request)
        except Refusal as refusal:
            return self._refused(request, refusal)
        event = request.headers[_NAME]
        self.metrics.taken(event, stored=stored, seconds=time.perf_counter() - began)
        return web.Response(
            status=202, body=_ACCEPTED if stored else _IGNORED, content_type="application/json"
        )

    async def _take(self, request: web.Request) -> bool:
        body = await self._body(request)
        self._verify(request, body)
        guid, event = _identity(request)
        if request.content_type != "application/json":
            raise _wrong_content_type(request.content_type)
        if not self.wanted(event, None):
            return False
        delivery = _delivery(guid, event, body)
        if not self.wanted(event, delivery.action or None):
            return False
        await self._store(delivery)
        return True

    async def _body(self, request: web.Request) -> bytes:
        try:
            return await self.bodies.read(request)
        except TooLargeError as error:
            raise Refusal(413, "size", "The payload is over 25 MB, GitHub's own limit.") from error
        except TooSlowError as error:
            raise Refusal(
                408, "slow", "The payload did not arrive within GitHub's own 10 seconds."
            ) from error
        except TooManyError as error:
            raise _busy() from error

    def _verify(self, request: web.Request, body: bytes) -> None:
        given = request.headers.get("X-Hub-Signature-256")
        if given is None:
            if "X-Hub-Signature" in request.headers:
                raise Refusal(
                    401, "signature", "A SHA-1 signature alone is refused: send X-Hub-Signature-256."
                )
            raise Refusal(
                401,
                "signature",
                "X-Hub-Signature-256 is missing: set the webhook secret in the App's settings.",
            )
        # compare_digest takes ASCII text only.
        if not given.isascii() or not any(is_signed(body, secret, given) for secret in self.secrets):
            raise Refusal(
                401,
                "signature",
                "The signature does not match: the secret differs from the one in the App's settings.",
            )

    async def _store(self, delivery: Delivery) -> None:
        if self.inbox.stuck_seconds() > _STUCK_SECONDS:
            raise _busy()
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await self.inbox.put(delivery)
        except (TimeoutError, InboxFullError) as error:
            raise _busy() from error
        except (
            Exception
        ) as error:  # the disk is full, the server away: GitHub shall see that it was not taken
            log.exception("delivery_not_stored", delivery=delivery.guid)
            raise _busy() from error

    def _refused(self, request: web.Request, refusal: Refusal) -> web.Response:
        self.metrics.refused(refusal.reason)
        tell = log.debug if request.get(UNTOLD) else log.warning
        tell(
            "delivery_refused",
            delivery=request.headers.get(_DELIVERY, "")[:100],
            event_name=request.headers.get(_NAME, "")[:64],
            status=refusal.status,
            reason=refusal.message,
            sender=request.remote,
        )
        return web.json_response(
            {"status": "refused", "reason": refusal.message},
            status=refusal.status,
            headers=_RETRY_AFTER if refusal.status == web.HTTPServiceUnavailable.status_code else None,
        )


def is_signed(body: bytes, secret: bytes, given: str) -> bool:
    """This function will say whether a secret makes the given signature of a body."""
    return hmac.compare_digest("sha256=" + hmac.digest(secret, body, hashlib.sha256).hex(), given)


def _identity(request: web.Request) -> tuple[str, str]:
    guid, event = request.headers.get(_DELIVERY, ""), request.headers.get(_NAME, "")
    for name, value, pattern in ((_DELIVERY, guid, _GUID), (_NAME, event, _EVENT)):
        if not pattern.fullmatch(value):
            raise Refusal(400, "headers", f"{name} is {'malformed' if value else 'missing'}.")
    return guid, event


def _delivery(guid: str, event: str, body: bytes) -> Delivery:
    route = routing(body)
    if isinstance(route, Unreadable):
        raise Refusal(400, "json", f"The body is no payload of GitHub: {route.reason[:200]}")
    return Delivery(
        guid=guid,
        event=event,
        action=route.action,
        installation_id=route.installation_id or 0,
        body=body,
        repository_id=route.repository_id,
        repository=route.repository or "",
        number=route.number,
    )


def _wrong_content_type(content_type: str) -> Refusal:
    if content_type == "application/x-www-form-urlencoded":
        return Refusal(
            415,
            "content_type",
            "Deliveries come form-encoded: choose the content type application/json in the webhook's settings.",
        )
    return Refusal(415, "content_type", "The content type must be application/json.")


def _busy() -> Refusal:
    return Refusal(503, "busy", "The delivery could not be written down now; it will be asked for again.")
