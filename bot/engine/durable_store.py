"""The engine's database file or server, and the few questions to its tables that the engine library does not answer."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL, make_url

from bot.insisting import CONNECT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.engine.model import Start

BEGUN = "PENDING"
FAILED = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
UNFINISHED = frozenset({"ENQUEUED", BEGUN})

# The server's clock, not the workers': they need not agree.
_NOW = sa.func.extract("epoch", sa.func.clock_timestamp())


class EngineBusyError(Exception):
    """Another worker already runs on this SQLite file."""


class DurableStore:
    """The engine's rows: one SQLite file with one worker, or a PostgreSQL database with several."""

    def __init__(self, url: str) -> None:
        self.url = engine_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock: IO[str] | None = None
        tables = sa.MetaData(schema=None if self.is_sqlite else "dbos")
        self._runs = sa.Table(  # the library's own table: only what is read here
            "workflow_status",
            tables,
            sa.Column("workflow_uuid", sa.Text, primary_key=True),
            sa.Column("status", sa.Text),
            sa.Column("executor_id", sa.Text),
            sa.Column("updated_at", sa.BigInteger),
            sa.Column("queue_partition_key", sa.Text),
        )
        self._steps = sa.Table(  # as above
            "operation_outputs",
            tables,
            sa.Column("workflow_uuid", sa.Text, primary_key=True),
            sa.Column("function_id", sa.Integer, primary_key=True),
        )
        self._leases = sa.Table(
            "pilothouse_lease",
            tables,
            sa.Column("executor_id", sa.String(64), primary_key=True),
            sa.Column("expires_at", sa.Double, nullable=False),
        )
        # SQLite writes one at a time: threads that stand in line for one connection wait in turn, while connections
        # that compete for the file's lock sleep up to 100 ms and overtake each other.
        arguments: dict[str, Any] = (
            {"pool_size": 1, "max_overflow": 0, "pool_timeout": 60}
            if self.is_sqlite
            else {
                "pool_pre_ping": True,
                "pool_size": 4,
                "max_overflow": 0,
                "connect_args": {"connect_timeout": CONNECT_SECONDS},
            }
        )
        self.database = sa.create_engine(self.url, **arguments)
        if self.is_sqlite:
            sa.event.listen(self.database, "connect", _configure_sqlite)

    def open(self) -> None:
        """This function will make the file ready and keep other workers off it.

        Raises:
            EngineBusyError: another worker holds it.
            OSError: the file cannot be made or locked.
        """
        if not self.is_sqlite:
            return
        path = Path(str(self.url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = path.with_name(f"{path.name}.lock").open("a", encoding="utf-8")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise EngineBusyError(
                f"Another Pilothouse worker already uses {path}. Stop it first, or give this one a database of "
                "its own; several workers together need PostgreSQL."
            ) from error
        with closing(
            sqlite3.connect(path)
        ) as connection:  # a property of the file, which the library does not set
            connection.execute("pragma journal_mode=wal")

    def close(self) -> None:
        """This function will close every connection and let another worker in."""
        self.database.dispose()
        if self._lock is not None:
            self._lock.close()

    def prepare(self) -> None:
        """This function will create the table of leases where several workers may be."""
        if not self.is_sqlite:
            self._leases.create(self.database, checkfirst=True)

    def renew_lease(self, executor_id: str, seconds: float) -> None:
        """This function will say that this executor lives (on SQLite the lock says it)."""
        if self.is_sqlite:
            return
        lease = postgresql.insert(self._leases).values(executor_id=executor_id, expires_at=_NOW + seconds)
        upsert = lease.on_conflict_do_update(
            index_elements=["executor_id"], set_={"expires_at": lease.excluded.expires_at}
        )
        with self.database.begin() as connection:
            connection.execute(upsert)
            connection.execute(sa.delete(self._leases).where(self._leases.c.expires_at < _NOW - 86400))

    def end_lease(self, executor_id: str) -> None:
        """This function will hand this executor's unfinished runs to whoever looks next."""
        if self.is_sqlite:
            return
        with self.database.begin() as connection:
            connection.execute(sa.delete(self._leases).where(self._leases.c.executor_id == executor_id))

    def abandoned_executors(self, executor_id: str) -> list[str]:
        """This function will list the other executors that hold begun runs but no live lease."""
        query = (
            sa.select(self._runs.c.executor_id)
            .distinct()
            .where(
                self._runs.c.status == BEGUN,
                self._runs.c.executor_id.is_not(None),
                self._runs.c.executor_id != executor_id,
            )
        )
        if not self.is_sqlite:
            live = sa.select(self._leases.c.executor_id).where(self._leases.c.expires_at > _NOW)
            query = query.where(self._runs.c.executor_id.not_in(live))
        with self.database.connect() as connection:
            return list(connection.execute(query).scalars())

    def begun_runs(self, executor_id: str) -> set[str]:
        """This function will list the runs that this executor has begun and not ended."""
        query = sa.select(self._runs.c.workflow_uuid).where(
            self._runs.c.status == BEGUN, self._runs.c.executor_id == executor_id
        )
        with self.database.connect() as connection:
            return set(connection.execute(query).scalars())

    def states(self, run_ids: Iterable[str]) -> dict[str, str]:
        """This function will give the library's status of those of the runs that exist."""
        query = sa.select(self._runs.c.workflow_uuid, self._runs.c.status).where(
            self._runs.c.workflow_uuid.in_(sa.bindparam("ids", expanding=True))
        )
        with self.database.connect() as connection:
            rows = connection.execute(query, {"ids": list(run_ids)})
            return {run_id: status for run_id, status in rows}  # noqa: C416 - rows are typed as tuples only so

    def last_step(self, run_id: str) -> int:
        """This function will give the number of the last step that a run has recorded; -1 where it has none."""
        query = sa.select(sa.func.max(self._steps.c.function_id)).where(
            self._steps.c.workflow_uuid == sa.bindparam("run")
        )
        with self.database.connect() as connection:
            last: int | None = connection.execute(query, {"run": run_id}).scalar()
            return -1 if last is None else last

    def covered(self, starts: Iterable[Start]) -> set[str]:
        """This function will name the starts whose work one that waits already will do.

        Workers that are started one after the other would heap up sweeps of everything.
        """
        later = {start.run_id: start.partition for start in starts if start.covers_later}
        if not later:
            return set()
        query = sa.select(self._runs.c.queue_partition_key).where(
            self._runs.c.status == "ENQUEUED",
            self._runs.c.queue_partition_key.in_(sorted(set(later.values()))),
        )
        with self.database.connect() as connection:
            waiting = set(connection.execute(query).scalars())
        return {run_id for run_id, partition in later.items() if partition in waiting}

    def surplus_until(self, keep: int) -> int:
        """This function will say until when runs ended that are beyond the newest to keep; 0 where none are."""
        query = (
            sa.select(self._runs.c.updated_at)
            .where(self._runs.c.status.not_in(UNFINISHED))
            .order_by(self._runs.c.updated_at.desc())
            .offset(keep)
            .limit(1)
        )
        with self.database.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def ended_runs(self, *, before_ms: int, keep: int, limit: int) -> list[str]:
        """This function will list runs that may be forgotten: ended before that time, or beyond the newest to keep."""
        ended = (
            sa.select(self._runs.c.workflow_uuid).where(self._runs.c.status.not_in(UNFINISHED)).limit(limit)
        )
        old = ended.where(self._runs.c.updated_at < before_ms)
        surplus = ended.order_by(self._runs.c.updated_at.desc()).offset(keep)
        with self.database.connect() as connection:
            ids = list(connection.execute(old).scalars())
            return ids or list(connection.execute(surplus).scalars())


def engine_url(url: str) -> URL:
    """This function will name the engine's own database beside the given one: a file of its own on SQLite."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return parsed.set(drivername="postgresql+psycopg")
    path = Path(parsed.database or "pilothouse.db")
    return parsed.set(database=str(path.with_name(f"{path.stem}-engine{path.suffix or '.db'}")))


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"  # take the write lock at once instead of failing at the upgrade
    connection.execute("pragma busy_timeout=30000")
    connection.execute("pragma synchronous=full")
    connection.execute("pragma foreign_keys=on")  # the library deletes by cascade
