"""How often one address may ask: a bucket for each kind of route, refilled as time goes by."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.web.addresses import client_address, is_trusted

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler, Middleware

    from bot.config.networks import Network

log = structlog.get_logger()

WEBHOOK = "/webhook"
# Set where the log has been told of an address often enough.
UNTOLD: web.RequestKey[bool] = web.RequestKey("untold", bool)
_MOST_ADDRESSES = 10_000  # of each kind; about 1.5 MB
_TOLD_EVERY = 60.0  # seconds between two lines of the log about one address


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, so many a second after that."""

    burst: int
    a_second: float


@unique
class Kind(Enum):
    """The kinds of routes."""

    FORGERY = Allowance(30, 0.5)  # deliveries with a bad signature; good ones are never counted
    SIGN_IN = Allowance(60, 1.0)  # an office has one address
    SET_UP = Allowance(40, 1.0)
    ACT = Allowance(30, 1.0)  # forms
    STATIC = Allowance(300, 50.0)
    PAGE = Allowance(120, 10.0)
    HEALTH = Allowance(300, 100.0)  # whoever waits for a start asks often
    METRICS = Allowance(60, 10.0)


_BY_START: tuple[tuple[str, Kind], ...] = (
    ("/static/", Kind.STATIC),
    ("/ci/static/", Kind.STATIC),
    ("/setup/static/", Kind.STATIC),
    ("/sign-in", Kind.SIGN_IN),
    ("/setup", Kind.SET_UP),
    ("/healthz", Kind.HEALTH),
    ("/metrics", Kind.METRICS),
)


def kind_of(method: str, path: str) -> Kind:
    """This function will say which kind of route a request is for."""
    if path == WEBHOOK:
        return Kind.FORGERY
    found = next((kind for start, kind in _BY_START if path.startswith(start)), None)
    if found is not None:
        return found
    return Kind.PAGE if method in {"GET", "HEAD"} else Kind.ACT


@dataclass(slots=True)
class _Bucket:
    """How much is left for one address."""

    level: float
    filled_at: float
    told_at: float = -math.inf


@dataclass(slots=True)
class Buckets:
    """The buckets of one kind: as many as fit, those that were used longest ago go first."""

    allowance: Allowance
    most: int = _MOST_ADDRESSES
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)

    @property
    def is_used(self) -> bool:
        """Whether anybody has taken anything."""
        return bool(self._buckets)

    def is_empty(self, address: str, now: float) -> bool:
        """This function will say whether there is nothing to take for an address."""
        return address in self._buckets and self._filled(address, now).level < 1

    def take(self, address: str, now: float) -> float:
        """This function will take one, or say in how many seconds there is one."""
        bucket = self._filled(address, now)
        if bucket.level >= 1:
            bucket.level -= 1
            return 0.0
        return (1 - bucket.level) / self.allowance.a_second

    def is_news(self, address: str, now: float) -> bool:
        """This function will say whether the log should be told of an address again."""
        bucket = self._filled(address, now)
        if now - bucket.told_at < _TOLD_EVERY:
            return False
        bucket.told_at = now
        return True

    def _filled(self, address: str, now: float) -> _Bucket:
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = self._buckets[address] = _Bucket(float(self.allowance.burst), now)
            if len(self._buckets) > self.most:
                self._buckets.popitem(last=False)
            return bucket
        self._buckets.move_to_end(address)
        passed = max(0.0, now - bucket.filled_at)
        bucket.level = min(self.allowance.burst, bucket.level + passed * self.allowance.a_second)
        bucket.filled_at = now
        return bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Refuses who asks too often.

    A delivery is never refused for where it comes from: behind a proxy that is not trusted, GitHub and whoever else
    have the same address. Its signature is checked first, and only bad ones are counted.

    Args:
        trusted: the networks of our reverse proxies.
        monotonic: seconds that only grow.
        refused: told of each request that is refused.
    """

    trusted: tuple[Network, ...] = ()
    monotonic: Callable[[], float] = time.monotonic
    refused: Callable[[Kind], None] = lambda _kind: None
    _kinds: dict[Kind, Buckets] = field(default_factory=lambda: {kind: Buckets(kind.value) for kind in Kind})

    @property
    def middleware(self) -> Middleware:
        """What every request passes."""

        @web.middleware
        async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path == WEBHOOK:
                return await self._delivered(request, handler)
            return self._refusal(request, kind_of(request.method, request.path)) or await handler(request)

        return limited

    async def _delivered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        forgeries = self._kinds[Kind.FORGERY]
        if forgeries.is_used and forgeries.is_empty(self._address(request), self.monotonic()):
            request[UNTOLD] = True
        response = await handler(request)
        if response.status != web.HTTPUnauthorized.status_code:
            return response
        return self._refusal(request, Kind.FORGERY) or response

    def _address(self, request: web.Request) -> str:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ())) if self.trusted else ""
        return client_address(request.remote or "", forwarded, self.trusted)

    def _advice(self, request: web.Request) -> str:
        """Behind a proxy that the settings do not name, everybody has its address, and one allowance together."""
        if "X-Forwarded-For" not in request.headers or is_trusted(request.remote or "", self.trusted):
            return ""
        return "It is forwarded: if that is a proxy of yours, name its network in PILOTHOUSE_TRUSTED_PROXIES."

    def _refusal(self, request: web.Request, kind: Kind) -> web.Response | None:
        now, buckets = self.monotonic(), self._kinds[kind]
        address = self._address(request)
        seconds = buckets.take(address, now)
        if not seconds:
            return None
        self.refused(kind)
        if buckets.is_news(address, now):
            log.warning(
                "asked_too_often",
                address=address,
                kind=kind.name.lower(),
                path=request.path[:200],
                advice=self._advice(request),
            )
        return web.Response(
            status=429,
            text="You ask too often. Try again in a while.\n",
            headers={"Retry-After": str(math.ceil(seconds))},
        )
