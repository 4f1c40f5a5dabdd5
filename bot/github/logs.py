"""Downloads behind a short-lived link: followed by hand, without credentials, never whole in memory."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bot.github.answers import Failing, Raw
from bot.github.errors import NotFound, Unavailable, Unexpected
from bot.github.transport import origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.github.exchange import Exchange, Request

_LINKS = 3  # a link is valid for a minute only, so each try takes a new one
_HOPS = 3


@asynccontextmanager
async def open_link(exchange: Exchange, request: Request) -> AsyncIterator[AsyncIterator[bytes]]:
    """This function will ask for the link and open what it leads to.

    Raises:
        NotFound: there is nothing (any more).
        Unavailable: it could not be opened, or broke off while it was read.
    """
    operation, reason = request.operation.id, ""
    for failures in range(_LINKS):
        if failures:
            await exchange.tuning.sleep(failures)
        link = (await exchange.call(request)).data
        if isinstance(link, bytes):
            yield _at_once(link)
            return
        async with AsyncExitStack() as stack:
            opened = await _open(exchange, operation, link, stack)
            if isinstance(opened, str):
                reason = opened
                continue
            yield opened
            return
    raise Unavailable(f"GitHub's link for {operation} cannot be opened: {reason}", operation=operation)


async def _at_once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _open(
    exchange: Exchange, operation: str, link: object, stack: AsyncExitStack
) -> AsyncIterator[bytes] | str:
    url = _checked(exchange, operation, link)
    for _ in range(_HOPS):
        opened = await stack.enter_async_context(exchange.transport.open_stream(url))
        if isinstance(opened, Failing):
            return opened.reason
        raw, chunks = opened
        if raw.status == HTTPStatus.OK:
            return chunks
        target = _next_hop(operation, url, raw)
        if target is None:
            return f"it answered {raw.status}"
        url = _checked(exchange, operation, target)
    return f"more than {_HOPS} redirects"


def _next_hop(operation: str, url: str, raw: Raw) -> str | None:
    if raw.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise NotFound(f"what {operation} led to is gone", operation=operation, status=raw.status)
    location = raw.headers.get("location")
    return urljoin(url, location) if location and 300 <= raw.status < 400 else None  # noqa: PLR2004 - the 3xx range


def _checked(exchange: Exchange, operation: str, link: object) -> str:
    allowed = {"https"}
    if origin(exchange.api_url)[0] == "http":  # a GitHub of one's own, without TLS
        allowed.add("http")
    if not isinstance(link, str) or urlsplit(link).scheme not in allowed or not urlsplit(link).hostname:
        raise Unexpected(f"{operation} led to something that is no web address", operation=operation)
    return link
