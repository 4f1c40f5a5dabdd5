"""HTTP itself: one session, one exchange at a time, no redirects of its own, errors as values."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from bot.github.answers import Failing, Raw
from bot.github.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

CONNECT_SECONDS = 10.0
CHUNK_BYTES = 256 * 1024


def origin(url: str) -> tuple[str, str | None, int | None]:
    """This function will return what has to be equal for a token to be sent: scheme, host and port."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port


class Transport:
    """The one HTTP session that everything to GitHub goes through."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """This function will open the session."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),  # the gate counts what is in flight
            timeout=aiohttp.ClientTimeout(total=self._timeout, connect=CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # By itself it sends a PUT and a DELETE again whose answer was lost, and has no setting against that: what may
        # have happened is read back first, and whoever counts the attempts counts all of them.
        self._session._retry_connection = False  # noqa: SLF001 - see above; tests/merging/acting holds it

    async def close(self) -> None:
        """This function will close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Raw | Failing:
        """This function will make one request and read its whole answer; a broken connection is a value."""
        try:
            async with self._opened.request(
                # aiohttp would turn a redirected POST into a GET without its body
                method,
                URL(url, encoded=True),
                headers=headers,
                data=body,
                allow_redirects=False,
            ) as response:
                read = await response.read()
                return Raw(response.status, _lowered(response.headers), read)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Failing(f"no connection to {urlsplit(url).netloc}: {_worded(error)}", was_sent=False)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Failing(f"the connection to {urlsplit(url).netloc} broke: {_worded(error)}")

    @asynccontextmanager
    async def open_stream(self, url: str) -> AsyncIterator[tuple[Raw, AsyncIterator[bytes]] | Failing]:
        """This function will open a body to be read in chunks, without any credential."""
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=self._timeout)
        opening = self._opened.get(URL(url, encoded=True), allow_redirects=False, timeout=timeout)
        try:
            response = await opening
        except (aiohttp.ClientError, TimeoutError) as error:
            yield Failing(f"no connection to {urlsplit(url).netloc}: {_worded(error)}")
            return
        async with response:
            yield Raw(response.status, _lowered(response.headers)), _chunks(response)

    @property
    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the client is used outside of its `async with`")
        return self._session


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            yield chunk
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unavailable(f"the download from {response.url.host} broke off: {_worded(error)}") from error


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _worded(error: Exception) -> str:
    return str(error) or type(error).__name__
