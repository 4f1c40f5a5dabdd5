"""Asks a database server again that was away for a moment: it is restarted now and then, and sessions are dropped."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.troubles import TROUBLES, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

log = structlog.get_logger()

# Who waits for a server that does not even refuse waits two minutes by default, and all who stand in line with them.
CONNECT_SECONDS = 5
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


@dataclass(slots=True)
class Insisting:
    """Does a transaction again where its session was lost, until it is done or patience ends.

    A commit whose answer was lost is made again too: what is written can bear that, since a step of a run that was
    interrupted is repeated in the same way.
    """

    patience: float  # seconds
    away: type[Exception]  # what the library in use raises where a session is lost
    _stop: Event = field(default_factory=Event)

    def stop(self) -> None:
        """This function will end all patience: the process is about to end."""
        self._stop.set()

    def do(self, work: Callable[[], T]) -> T:
        """This function will do the work in the calling thread, again and again where the server is away."""
        began, pause = time.monotonic(), _FIRST_PAUSE
        while True:
            try:
                return work()
            except self.away as error:
                waited = time.monotonic() - began
                if waited >= self.patience or self._stop.wait(pause):
                    raise
                told = str(getattr(error, "orig", error)).split("\n", maxsplit=1)[0]
                TROUBLES.add(Trouble.DATABASE_AWAY)
                log.warning(Trouble.DATABASE_AWAY.value, error=told, waited=round(waited, 1))
                pause = min(2 * pause, _LONGEST_PAUSE)
