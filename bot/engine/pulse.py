"""The worker's sign of life: every few seconds it writes down that it lives, with its counters."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.engine.measures import Counted, written

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Awaitable, Callable, Sequence

    from bot.engine.measures import Histogram

log = structlog.get_logger()

_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Beats as long as the loop, and with it the worker, makes progress."""

    beat: Callable[[str, bytes], Awaitable[None]]
    counted: Sequence[Counted | Histogram]
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def run(self) -> None:
        """This function will beat for ever."""
        while True:
            try:
                await self.beat(self.name, self.snapshot())
            except Exception:  # the database may be away for a while; the health check will say so
                log.exception("beat_failed")
            await asyncio.sleep(_SECONDS)

    def snapshot(self) -> bytes:
        """This function will write the counters as they stand."""
        return written(self.name, self.counted)


def flow_counter(counts: Counter[tuple[str, str]]) -> Counted:
    """This function will describe the engine's counts of runs."""
    return Counted(
        name="pilothouse_runs_total",
        help="Runs of flows, by flow and outcome.",
        labels=("flow", "outcome"),
        read=lambda: {(flow, outcome): count for (flow, outcome), count in counts.items()},
    )


def dispatch_counter(counts: Counter[str]) -> Counted:
    """This function will describe the dispatcher's counts of deliveries."""
    return Counted(
        name="pilothouse_dispatched_total",
        help="Deliveries taken from the inbox, by outcome.",
        labels=("outcome",),
        read=lambda: {(outcome,): count for outcome, count in counts.items()},
    )
