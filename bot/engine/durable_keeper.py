"""The engine's housekeeping: leases, recovery of dead workers' runs, alarms about stuck ones, forgetting ended ones."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from dbos import DBOS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from bot.engine.durable_store import DurableStore

log = structlog.get_logger()

_STUCK_SECONDS = 60.0
_FORGET_SECONDS = 3600.0
_ROUNDS_IN_A_LEASE = 6  # five may fail before the others take our runs
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """When a worker counts as dead, and how long ended runs are remembered: so long a repeat is known as one."""

    lease: timedelta  # since its last sign of life (PostgreSQL)
    age: timedelta
    most: int  # ended runs kept at most


class Keeper:
    """A thread that keeps one executor's lease and looks after the runs of those that died."""

    def __init__(
        self,
        store: DurableStore,
        executor_id: str,
        *,
        upkeep: Upkeep,
        clock: Callable[[], datetime],
        active: Callable[[], set[str]],
    ) -> None:
        self._store = store
        self._executor_id = executor_id
        self._upkeep = upkeep
        self._lease_seconds = upkeep.lease.total_seconds()
        self._clock = clock
        self._active = active
        self._suspects: set[str] = set()
        self._alarmed: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine keeper", daemon=True)

    def start(self) -> None:
        """This function will take the lease, recover what dead workers left, and go on doing so."""
        self._store.prepare()
        self._store.renew_lease(self._executor_id, self._lease_seconds)
        self.recover()
        self._thread.start()

    def stop(self) -> None:
        """This function will give up the lease, so that the next worker recovers at once what is unfinished."""
        self._stop.set()
        self._thread.join(timeout=5)
        self._store.end_lease(self._executor_id)

    def recover(self) -> None:
        """This function will put the begun runs of dead workers back into their queues, in their old place."""
        abandoned = self._store.abandoned_executors(self._executor_id)
        if abandoned:
            # The public way is a commercial service; the version is pinned and a test guards this call.
            handles = DBOS._recover_pending_workflows(abandoned)  # noqa: SLF001 - see above
            log.info("runs_recovered", runs=len(handles), executors=len(abandoned))

    def forget(self) -> int:
        """This function will delete runs that ended long ago, in small transactions, and count them."""
        before_ms = int((self._clock() - self._upkeep.age).timestamp() * 1000)
        # Asked once: to find the newest ones to keep, the database sorts all of them.
        before_ms = max(before_ms, self._store.surplus_until(self._upkeep.most))
        forgotten = 0
        while not self._stop.is_set():
            ids = self._store.ended_runs(before_ms=before_ms, keep=self._upkeep.most, limit=_BATCH)
            if not ids:
                break
            DBOS.delete_workflows(ids)
            forgotten += len(ids)
            time.sleep(0.02)  # let the runs write in between
        if forgotten:
            log.info("runs_forgotten", runs=forgotten)
        return forgotten

    def alarm_about_stuck(self) -> set[str]:
        """This function will log begun runs that nobody executes, once they were seen so twice."""
        idle = self._store.begun_runs(self._executor_id) - self._active()
        stuck = idle & self._suspects
        self._suspects = idle
        for run_id in stuck - self._alarmed:
            log.error("run_stuck", run_id=run_id, advice="restart the worker; report this with its log")
        self._alarmed = stuck
        return stuck

    def _run(self) -> None:
        watched = forgot = time.monotonic()
        forgot -= _FORGET_SECONDS  # the first time soon after the start
        while not self._stop.wait(self._lease_seconds / _ROUNDS_IN_A_LEASE):
            now = time.monotonic()
            try:
                if not self._store.is_sqlite:  # there, the lock is the lease and nobody else can die
                    self._store.renew_lease(self._executor_id, self._lease_seconds)
                    self.recover()
                if now - watched > _STUCK_SECONDS:
                    watched = now
                    self.alarm_about_stuck()
                if now - forgot > _FORGET_SECONDS:
                    forgot = now
                    self.forget()
            except Exception:  # the database may be away for a while: the next round tries again
                log.exception("engine_keeper_failed")
