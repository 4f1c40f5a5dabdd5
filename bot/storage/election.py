"""Which of the workers on one PostgreSQL database takes deliveries: whoever holds the lock, as long as it lives."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg
import structlog

from bot.insisting import CONNECT_SECONDS
from bot.troubles import TROUBLES, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger()

_LOCK = 7463062
# A machine that lost its power never says that its session is over: the server finds out within half a minute.
_SESSION = (
    "set application_name to 'pilothouse dispatcher'; set tcp_keepalives_idle to 10;"
    " set tcp_keepalives_interval to 5; set tcp_keepalives_count to 3"
)
_ELECT = (
    "select exists (select from pg_locks where locktype = 'advisory' and objid = %s and pid = pg_backend_pid())"
    " or pg_try_advisory_lock(%s)"
)
# The holder asks whether it still is several times a minute; one that does not is stopped, or hangs.
_UNSEAT = """
select activity.pid, pg_terminate_backend(activity.pid)
from pg_locks as held join pg_stat_activity as activity using (pid)
where held.locktype = 'advisory' and held.objid = %s and held.granted
  and held.database = (select oid from pg_database where datname = current_database())
  and activity.state_change < clock_timestamp() - make_interval(secs => %s)
"""
_LOOK_SECONDS = 5.0


class Election:
    """One worker's candidacy, by a session of its own."""

    def __init__(
        self, url: str, *, patience: float = 60.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._patience = (
            patience  # seconds without a sign of life; longer than any pause of a worker that is well
        )
        self._monotonic = monotonic
        self._looked = monotonic()
        self._session: psycopg.Connection[tuple[Any, ...]] | None = None

    def wins(self) -> bool:
        """This function will say whether this worker holds the lock; it tries to get it."""
        try:
            if self._session is None:
                self._session = psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_SECONDS)
                self._session.execute(_SESSION)
            held = self._session.execute(_ELECT, [_LOCK, _LOCK]).fetchone()
            is_held = held is not None and bool(held[0])
            if not is_held:
                self._unseat(self._session)
        except psycopg.OperationalError:  # the server is away, or somebody found that we hang
            self.close()
            return False
        return is_held

    def close(self) -> None:
        """This function will give the lock up, so that another worker has it at once."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _unseat(self, session: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Look now and then whether the holder lives; the lock of one that does not is free after this."""
        if self._monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = self._monotonic()
        for pid, _ in session.execute(_UNSEAT, [_LOCK, self._patience]).fetchall():
            TROUBLES.add(Trouble.DISPATCHER_UNSEATED)
            log.warning(Trouble.DISPATCHER_UNSEATED.value, server_process=pid, silent_seconds=self._patience)
