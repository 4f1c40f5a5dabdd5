"""Asks the addresses of health checks, and never one inside the network that the operator has not opened."""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from bot.config.policy import parse_duration
from bot.deployments.health.rules import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network
    from typing import Any

    from bot.config.policy import HttpCheck

BODY_BYTES = 64 * 1024
LONGEST_SECONDS = 60.0
_USER_AGENT = "pilothouse-health"
_TRANSLATED = IPv6Network("64:ff9b::/96")  # IPv4 behind NAT64. https://www.rfc-editor.org/rfc/rfc6052
_MOST_WORDS = 200  # characters
_LOW_BITS = 0xFFFFFFFF
_NOT_PUBLIC = (
    "its address is not a public one; the operator can open its network by PILOTHOUSE_VERIFY_PRIVATE"
)


class _NotPublicError(OSError):
    """The name stands for an address that may not be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prober:
    """Asks over HTTP, without cookies, proxies or redirects."""

    allowed: tuple[IPv4Network | IPv6Network, ...] = ()  # beside all public addresses

    async def ask(self, checks: Sequence[HttpCheck]) -> tuple[Answer, ...]:
        """This function will make every request at once; whatever goes wrong is part of the answers."""
        connector = aiohttp.TCPConnector(
            use_dns_cache=False, force_close=True, socket_factory=self._open_socket
        )
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"},
        ) as session:
            return tuple(await asyncio.gather(*(_ask(session, check) for check in checks)))

    def permits(self, address: str) -> bool:
        """This function will say whether a connection to the address may be made."""
        real = _real(ip_address(address.partition("%")[0]))
        return _is_public(real) or any(real in network for network in self.allowed)

    def _open_socket(self, info: Any) -> socket.socket:
        """Make the socket for an address right before it is connected: a name that changes its mind is of no use."""
        family, kind, protocol, _, address = info
        if not self.permits(address[0]):
            raise _NotPublicError(errno.EACCES, _NOT_PUBLIC)
        return socket.socket(family=family, type=kind, proto=protocol)


async def _ask(session: aiohttp.ClientSession, check: HttpCheck) -> Answer:
    began = time.monotonic()
    try:
        problem = await _problem(session, check)
    except TimeoutError:
        problem = f"no answer within {_patience(check):.0f} s"
    except aiohttp.ClientConnectorCertificateError as error:
        problem = f"its certificate is not accepted ({_worded(error.certificate_error)})"
    except aiohttp.ClientConnectorError as error:
        refused = isinstance(error.os_error, _NotPublicError)
        problem = _NOT_PUBLIC if refused else f"no connection ({_worded(error.os_error)})"
    except ValueError:  # its words would repeat the address, with the secrets in it
        problem = "the address cannot be asked"
    except (aiohttp.ClientError, OSError, RuntimeError) as error:
        problem = f"no proper answer ({_worded(error)})"
    took = round((time.monotonic() - began) * 1000)
    return Answer(url=_shown(check.url), problem=problem, milliseconds=took)


async def _problem(session: aiohttp.ClientSession, check: HttpCheck) -> str:
    timeout = aiohttp.ClientTimeout(total=_patience(check))
    async with session.get(check.url, allow_redirects=False, timeout=timeout) as response:
        if response.status != check.status:
            return f"status {response.status} instead of {check.status}"
        if check.contains and check.contains not in await _start(response):
            return f"the answer does not contain {check.contains!r}"
    return ""


def _patience(check: HttpCheck) -> float:
    """How many seconds to wait for an answer: whoever asks holds the environment, and must show that it lives."""
    return min(parse_duration(check.timeout).total_seconds(), LONGEST_SECONDS)


async def _start(response: aiohttp.ClientResponse) -> str:
    """The text of the body, as far as it is looked at."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) >= BODY_BYTES:
            break
    return bytes(body[:BODY_BYTES]).decode(errors="replace")


def _shown(url: str) -> str:
    """The address without what may be a secret in it."""
    try:
        parsed = URL(url)
        return str(parsed.with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return url.partition("?")[0].rpartition("@")[2]


def _worded(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(words)[:_MOST_WORDS]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    is_site = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not address.is_multicast and not is_site


def _real(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address only wraps, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & _LOW_BITS)
    return address.ipv4_mapped or address.sixtofour or address
