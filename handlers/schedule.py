"""The clock: what happens without an event."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.costs.cluster.model import SWEEP_CLUSTERS
from bot.costs.model import MONITOR
from bot.deployments.locks.starts import SWEEP_LEASES
from bot.engine.model import Queue, Start
from bot.engine.schedule import Schedule
from bot.gates.starts import SWEEP_GATES
from bot.merging.keeping.model import SWEEP_MERGES
from bot.recovery.flow import RECONCILE, SWEEP, Tick
from bot.recovery.housekeeping import FORGET_PAYLOADS, HOUSEKEEPING
from bot.supervision.model import SUPERVISOR, WATCHDOG

if TYPE_CHECKING:
    from datetime import datetime


def _start(flow: str, at: datetime) -> Start:
    """The run id derives from the time, so that several workers start it once."""
    return Start(
        flow=flow,
        run_id=f"{flow}-{at:%Y%m%dT%H%M%S}",
        request=Tick(name=flow),
        partition=flow,
        queue=Queue.CLOCK,
        covers_later=True,
    )


def _schedule(flow: str, cron: str, *, at_startup: bool = False) -> Schedule:
    return Schedule(name=flow, cron=cron, start=partial(_start, flow), at_startup=at_startup)


SCHEDULES: tuple[Schedule, ...] = (
    _schedule(RECONCILE, "*/5 * * * *", at_startup=True),
    _schedule(SWEEP, "*/10 * * * *", at_startup=True),
    _schedule(SWEEP_GATES, "*/10 * * * *", at_startup=True),
    _schedule(SWEEP_LEASES, "*/10 * * * *", at_startup=True),
    _schedule(SWEEP_MERGES, "*/5 * * * *", at_startup=True),
    _schedule(MONITOR, "*/15 * * * *", at_startup=True),
    _schedule(SWEEP_CLUSTERS, "*/5 * * * *", at_startup=True),
    _schedule(WATCHDOG, "*/2 * * * *", at_startup=True),
    _schedule(SUPERVISOR, "*/15 * * * *", at_startup=True),
    _schedule(HOUSEKEEPING, "17 3 * * *"),
    _schedule(FORGET_PAYLOADS, "47 * * * *"),
)
