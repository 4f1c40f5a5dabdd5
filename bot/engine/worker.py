"""The worker's life: dispatcher, clock, sign of life and forgetting, until it is told to stop."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.engine.child import listen_to_parent, stop_on_signals
from bot.engine.dispatcher import Dispatcher, Source
from bot.engine.pulse import Counted, Pulse, dispatch_counter, flow_counter
from bot.engine.schedule import Schedule, run_schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.engine.dispatcher import Decode
    from bot.engine.durable import Engine

log = structlog.get_logger()

# GitHub redelivers for three days; until then a GUID is known to have been processed.
_REMEMBERED = timedelta(days=3, hours=1)
_FORGET_SECONDS = 3600.0
_WOKEN_POLL_SECONDS = 5.0
_UNWOKEN_POLL_SECONDS = 0.25


class WorkerInbox(Source, Protocol):
    """The inbox as the worker needs it."""

    async def forget(self, before: datetime) -> int:
        """This function will delete deliveries that were done or failed before that time, and count them."""

    async def beat(self, worker: str, snapshot: bytes) -> None:
        """This function will write down a sign of life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Everything that goes on in the worker process beside the flows themselves."""

    inbox: WorkerInbox
    engine: Engine
    decode: Decode
    schedules: Sequence[Schedule]
    clock: Callable[[], datetime]
    counted: Sequence[Counted] = ()  # more counters for /metrics

    async def run(self, *, supervised: bool) -> None:
        """This function will work until SIGTERM, Ctrl-C or, where supervised, the end of the parent.

        Args:
            supervised: standard input is a pipe from the web process, which wakes us through it.
        """
        stop = asyncio.Event()
        stop_on_signals(stop)
        dispatcher = Dispatcher(
            inbox=self.inbox,
            engine=self.engine,
            decode=self.decode,
            poll_seconds=_WOKEN_POLL_SECONDS if supervised else _UNWOKEN_POLL_SECONDS,
        )
        if supervised:
            listen_to_parent(sys.stdin.fileno(), on_wake=dispatcher.wake, on_end=stop.set)
        pulse = Pulse(
            beat=self.inbox.beat,
            counted=(flow_counter(self.engine.counts), dispatch_counter(dispatcher.counts), *self.counted),
        )
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(dispatcher.run(), name="dispatcher"),
                tasks.create_task(pulse.run(), name="pulse"),
                tasks.create_task(self._forget(), name="forget"),
                tasks.create_task(
                    run_schedules(self.schedules, clock=self.clock, submit=self.engine.submit), name="clock"
                ),
            ]
            await stop.wait()
            log.info("worker_stopping")
            for task in running:
                task.cancel()

    async def _forget(self) -> None:
        while True:
            try:
                await self.inbox.forget(self.clock() - _REMEMBERED)
            except Exception:  # the database may be away for a while; the next hour comes
                log.exception("inbox_forget_failed")
            await asyncio.sleep(_FORGET_SECONDS)
