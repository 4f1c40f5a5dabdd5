"""What the workers of several machines tell each other of one installation's limits, and do without where they must."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from bot.troubles import TROUBLES, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.github.pace import Pace

_LOG = structlog.get_logger()

_FRESH_SECONDS = 1.0  # so long what the others said holds; renewed in the background after half of it
_PATIENCE_SECONDS = 0.25  # a call waits no longer for the others' word
_ALONE_SECONDS = 5.0  # and asks them no sooner again, once they did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How the others find an installation."""

    closed_seconds: float = 0.0  # until GitHub serves it again
    write_seconds: float = 0.0  # until a content write may be asked for again; 0: it may be made


class SharedLimits(Protocol):
    """What all workers know of GitHub's limits; it may raise whatever a database raises."""

    async def standing(self, installation_id: int) -> Told:
        """This function will say whether somebody met a limit that still holds."""

    async def take_write(self, installation_id: int, pace: Pace, reserve: int) -> Told:
        """This function will take one content write from what all share, unless less than the reserve were left."""

    async def close_for(self, installation_id: int, seconds: float) -> None:
        """This function will tell the others that GitHub serves an installation no sooner."""


@dataclass(slots=True)
class View:
    """What one lane knows of the others."""

    sharing: Sharing
    known_at: float = -math.inf
    is_asking: bool = False
    writes: int = 0  # taken from what all share, and not made yet
    writes_at: float = -math.inf  # no sooner may one be asked for that leaves the reserve
    reserve: int = 0
    untold: float = 0.0  # seconds for which the lane closed and the others do not know it

    def lets(self, now: float, *, is_write: bool) -> bool:
        """This function will say whether a call may go as far as the others are concerned."""
        if self.sharing.is_alone(now):
            return True
        return now - self.known_at < _FRESH_SECONDS and (not is_write or self.writes > 0)

    def seconds_to_write(self, now: float) -> float:
        """This function will say for how long it makes no sense to ask for a write again."""
        return 0.0 if self.writes or self.sharing.is_alone(now) else max(0.0, self.writes_at - now)

    def wants_write(self, now: float, reserve: int) -> bool:
        """This function will say whether a write that has to leave a reserve is to be asked for."""
        return not self.writes and (now >= self.writes_at or reserve < self.reserve)

    def is_ageing(self, now: float) -> bool:
        """This function will say whether it is time to hear of the others again."""
        return now - self.known_at >= _FRESH_SECONDS / 2

    def heard(self, told: Told, now: float, reserve: int | None) -> None:
        """This function will note what the others said, to the question for a write where there was a reserve."""
        self.known_at = now
        if reserve is None:
            return
        if told.write_seconds > 0:
            self.writes_at, self.reserve = now + told.write_seconds, reserve
        elif told.closed_seconds <= 0:
            self.writes += 1


@dataclass(slots=True)
class Sharing:
    """Asks and tells in the background; while the others are silent, each worker keeps to its own pace."""

    shared: SharedLimits
    monotonic: Callable[[], float]
    _alone_until: float = -math.inf
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def is_alone(self, now: float) -> bool:
        """This function will say whether the others were silent a moment ago."""
        return now < self._alone_until

    def ask(
        self,
        installation_id: int,
        question: tuple[Pace, int] | None,
        hear: Callable[[Told | None], None],
    ) -> None:
        """This function will ask for the standing, or for a write at a pace with a reserve; None is no answer."""
        self._begin(self._ask(installation_id, question, hear))

    def tell(self, installation_id: int, seconds: float) -> None:
        """This function will tell the others of a limit."""
        self._begin(self._tell(installation_id, seconds))

    async def close(self) -> None:
        """This function will let what was told arrive, and ask nothing more."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(
        self,
        installation_id: int,
        question: tuple[Pace, int] | None,
        hear: Callable[[Told | None], None],
    ) -> None:
        told = None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if question is None:
                    told = await self.shared.standing(installation_id)
                else:
                    told = await self.shared.take_write(installation_id, *question)
        except Exception as error:  # noqa: BLE001 - whatever the database says: the own pace is kept meanwhile
            self._alone_until = self.monotonic() + _ALONE_SECONDS
            TROUBLES.add(Trouble.LIMITS_NOT_SHARED)
            _LOG.warning(
                Trouble.LIMITS_NOT_SHARED.value,
                error=f"{type(error).__name__}: {error}",
                seconds=_ALONE_SECONDS,
            )
        hear(told)

    async def _tell(self, installation_id: int, seconds: float) -> None:
        try:
            async with asyncio.timeout(_ALONE_SECONDS):
                await self.shared.close_for(installation_id, seconds)
        except Exception as error:  # noqa: BLE001 - the others find out for themselves
            _LOG.warning("limit_not_told", error=f"{type(error).__name__}: {error}")
