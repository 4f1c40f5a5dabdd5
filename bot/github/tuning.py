"""How hard the client may lean on GitHub, and what a test replaces: sleeping and chance."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.github.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.github.sharing import SharedLimits

__all__ = ["Call", "Pace", "Tuning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One exchange with GitHub's API, told to whoever counts them."""

    operation: str
    status: int  # 0 where nothing answered
    seconds: float
    installation_id: int | None
    method: str = "GET"
    path: str = ""  # its template, without what it is filled with
    waited: float = 0.0  # seconds until limits and pace let it go


def _ignore(_: Call) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """The client's settings beyond its credentials."""

    pace: Pace | None = field(default_factory=Pace)  # None: as fast as GitHub lets us
    shared: SharedLimits | None = None  # with the other workers; None: there are none
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
