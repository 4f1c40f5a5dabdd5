"""How hard the client may lean on GitHub, and what a test replaces: sleeping and chance."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One exchange with GitHub's API, told to whoever counts them."""

    operation: str
    status: int  # 0 where nothing answered
    seconds: float
    installation_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast one installation's calls are let go, so that GitHub's secondary limits stay far.

    GitHub allows 80 content writes and 900 points a minute, and asks for a second between writes. A short burst
    lets an acknowledgement out at once: 10 + 60 writes and 300 + 600 points are the most in any minute.
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
    """

    writes_a_second: float = 1.0
    write_burst: int = 10
    summary_reserve: int = 3  # writes of the burst that summaries leave to gates and acknowledgements
    points_a_second: float = 10.0
    point_burst: int = 300


def _ignore(_: Call) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """The client's settings beyond its credentials."""

    pace: Pace | None = field(default_factory=Pace)  # None: as fast as GitHub lets us
    concurrency: int = 60  # GitHub allows 100 at a time
    concurrency_an_installation: int = 20
    attempts: int = 8  # of a call that GitHub fails to answer
    patience: float = 3_900.0  # seconds a call waits at limits altogether; a primary limit resets hourly
    timeout: float = 30.0  # seconds for one exchange
    cache_bytes: int = 4 * 1024 * 1024  # for the answers kept with their ETags, an installation
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    observe: Callable[[Call], None] = _ignore
