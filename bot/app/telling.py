"""Whoever a worker tells what it does: its own measures, and traces where they are wanted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.app.measuring import WorkerMeasures, process_measures
from bot.app.traces.tracing import traces_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from datetime import datetime

    from bot.app.measuring import Measure
    from bot.app.traces.tracing import Traces
    from bot.config.settings import Settings
    from bot.engine.spans import Span
    from bot.github.tuning import Call

log = structlog.get_logger()

_ROUND = 1.0  # seconds between two looks at how late the loop is
_ENDS = frozenset({"done", "failed"})


@dataclass(slots=True)
class Telling:
    """Told of everything; whatever goes wrong with that stops no work."""

    measures: WorkerMeasures
    traces: Traces | None
    database_url: str
    lag: float = field(default=0.0)

    def tell(self, span: Span) -> None:
        """This function will tell of a piece of work."""
        try:
            self.measures.tell(span)
            if self.traces is not None:
                self.traces.tell(span)
        except Exception:
            log.exception("telling_failed")

    def called(self, call: Call) -> None:
        """This function will tell of a call of GitHub's API."""
        try:
            self.measures.called(call)
            if self.traces is not None:
                self.traces.called(call)
        except Exception:
            log.exception("telling_failed")

    async def watch_loop(self) -> None:
        """This function will look for ever at how late the event loop is."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _ROUND
            await asyncio.sleep(_ROUND)
            self.lag = max(self.lag, loop.time() - due)

    def all_measures(self, counts: Counter[tuple[str, str]]) -> tuple[Measure, ...]:
        """This function will list what the signs of life tell.

        Args:
            counts: the engine's, of runs by flow and outcome.
        """
        own = process_measures(
            database_url=self.database_url, under_way=lambda: _under_way(counts), lag=self._take_lag
        )
        return (*self.measures.measures, *own)

    async def close(self) -> None:
        """This function will send what is left to send."""
        if self.traces is not None:
            await asyncio.to_thread(self.traces.close)

    def _take_lag(self) -> float:
        lag, self.lag = self.lag, 0.0
        return lag


def telling_of(settings: Settings, *, clock: Callable[[], datetime]) -> Telling:
    """This function will make what a worker tells.

    Raises:
        StartProblemError: traces are wanted, and what sends them is not installed.
    """
    return Telling(
        measures=WorkerMeasures(settings.web.goals),
        traces=traces_of(settings, process="worker", clock=clock),
        database_url=settings.database_url,
    )


def _under_way(counts: Counter[tuple[str, str]]) -> int:
    begun = sum(count for (_, outcome), count in counts.items() if outcome == "started")
    return begun - sum(count for (_, outcome), count in counts.items() if outcome in _ENDS)
