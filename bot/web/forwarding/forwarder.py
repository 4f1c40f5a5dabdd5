"""Fetches deliveries from a webhook proxy's channel and hands them to our own webhook, for as long as it runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.web.forwarding.events import EventStream, StreamError
from bot.web.forwarding.rebuilding import Foreign, rebuild

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.web.forwarding.rebuilding import Rebuilt

log = structlog.get_logger()

_STREAM = "text/event-stream"
_SILENT_SECONDS = 90.0  # a channel says something every 30 seconds
_ANSWER_SECONDS = 10.0  # what GitHub waits
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """From where to where."""

    channel: str  # such as https://smee.io/AbCdEfGh12345678
    target: str  # our own webhook
    secrets: tuple[bytes, ...]  # of the App's webhook, to find the exact bytes again
    said: Callable[[str], None]  # is told what happens, a sentence each
    pause: float = _SHORTEST_PAUSE  # before the channel is opened again


async def forward(way: Forwarding) -> None:
    """This function will forward deliveries until it is cancelled; a channel that breaks is opened again."""
    timeout = aiohttp.ClientTimeout(total=None, connect=_ANSWER_SECONDS, sock_read=_SILENT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        pause = way.pause
        while True:
            try:
                async for _ in _followed(session, way):
                    pause = way.pause
                trouble = "it was closed"
            except (aiohttp.ClientError, TimeoutError, StreamError) as error:
                trouble = str(error) or type(error).__name__
            host = urlsplit(way.channel).netloc  # the channel's name lets anybody read it
            way.said(f"The channel at {host} broke off ({trouble}); it is opened again in {pause:g} s.")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


async def _followed(session: aiohttp.ClientSession, way: Forwarding) -> AsyncIterator[None]:
    """Follow the channel to its end; it yields whenever something came."""
    async with session.get(way.channel, headers={"Accept": _STREAM}, allow_redirects=False) as answer:
        if answer.status != _OK or answer.content_type != _STREAM:
            raise StreamError(f"it answered {answer.status} {answer.content_type}, and no stream of events")
        stream = EventStream()
        async for piece in answer.content.iter_any():
            for event in stream.feed(piece):
                if event.name == "ready":
                    way.said(f"Deliveries are fetched from the channel at {urlsplit(way.channel).netloc}.")
                elif event.name == "message":
                    await _hand_on(session, way, event.data)
                yield


async def _hand_on(session: aiohttp.ClientSession, way: Forwarding, told: str) -> None:
    delivery = rebuild(told, way.secrets)
    if isinstance(delivery, Foreign):
        way.said(f"A message of the channel was left out: {delivery.why}.")
        return
    guid, event = delivery.headers["x-github-delivery"][:100], delivery.headers["x-github-event"][:64]
    answered = await _post(session, way.target, delivery)
    doubt = f" ({delivery.doubt})" if delivery.doubt else ""
    way.said(f"{event} {guid}: {answered}{doubt}")


async def _post(session: aiohttp.ClientSession, target: str, delivery: Rebuilt) -> str:
    try:
        async with session.post(
            target,
            data=delivery.body,
            headers=delivery.headers,
            timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
            allow_redirects=False,
        ) as answer:
            return f"answered {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"not handed on, {target} does not answer: {str(error) or type(error).__name__}"
