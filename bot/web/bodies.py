"""Reads a body that anybody may have sent: within a size and a time, and few large ones at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

# https://docs.github.com/en/webhooks/webhook-events-and-payloads: payloads are capped at 25 MB.
MOST_BYTES = 25 << 20
# GitHub gives a delivery up after 10 seconds: who takes longer to send it is not GitHub.
_SECONDS = 10.0
_LARGE_BYTES = 1 << 20
_MOST_LARGE = 8  # 200 MB; payloads of that size are rare, and a refused one is asked for again


class TooLargeError(Exception):
    """It is over the limit of GitHub's own payloads."""


class TooSlowError(Exception):
    """It did not arrive, or not within the time that GitHub itself would give it."""


class TooManyError(Exception):
    """As many large bodies as the memory is meant for are being read."""


@dataclass(slots=True)
class Bodies:
    """Reads bodies, and knows how many large ones are on their way."""

    _large: int = 0

    async def read(self, request: web.Request) -> bytes:
        """This function will read a request's body.

        Raises:
            TooLargeError: over 25 MB.
            TooSlowError: it does not arrive in time, or its sender is gone.
            TooManyError: it is large, and others of its kind are being read.
        """
        size = request.content_length
        if size is not None and size <= _LARGE_BYTES:
            return await _read(request)
        if (size or 0) > MOST_BYTES:
            raise TooLargeError
        if self._large >= _MOST_LARGE:
            raise TooManyError
        self._large += 1
        try:
            return await _read(request)
        finally:
            self._large -= 1


async def _read(request: web.Request) -> bytes:
    try:
        if request.content.is_eof():  # it is all there: a timer and a copy cost more than the reading
            return request.content.read_nowait()
        async with asyncio.timeout(_SECONDS):
            return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLargeError from error
    except (TimeoutError, ConnectionError) as error:
        raise TooSlowError from error
