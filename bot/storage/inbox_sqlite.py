"""The inbox as a SQLite file of its own: a commit never waits for the engine's write lock."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.storage.deliveries import sqlite as remembered
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Backlog, Beat, Delivery, InboxUnusableError, State, WaitingDelivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bot.storage.deliveries.model import DeliveryQuery, Finished, SeenDelivery

T = TypeVar("T")

# A GUID is dropped when it waits or was processed, never because it was merely seen.
_INSERT = """
insert into inbox (guid, event, action, installation_id, repository_id, repository, number, accepted_at, body)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (guid) do update set state = 'waiting', error = null, finished_at = null, decisions = null,
body = excluded.body where state = 'failed'
"""

# One seek for each installation instead of a scan of the whole backlog.
_INSTALLATIONS = """
with recursive installations (id) as (
  select min(installation_id) from inbox where state = 'waiting'
  union all
  select (select min(installation_id) from inbox where state = 'waiting' and installation_id > installations.id)
  from installations where installations.id is not null
)
select id from installations where id is not null
"""

_MOST_PARAMETERS = 500


class SqliteInbox:
    """Deliveries in one file, put by the web process and taken by the worker."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        on_commit: Callable[[], None],
        keeps_payloads: bool = True,
    ) -> None:
        self._path = path
        self._clock = clock
        self._on_commit = on_commit
        self._keeps_payloads = keeps_payloads
        self._writer = GroupCommit(self._insert, on_commit)
        self._held: sqlite3.Connection | None = None
        self._inserting: sqlite3.Connection | None = None
        self._reading: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")
        self._turn = 0

    def open(self) -> None:
        """This function will create the file where there is none.

        Raises:
            InboxUnusableError: it cannot be created or written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # It stays open: `pilothouse db copy` sees by that that a process is there, though nothing has come yet.
            self._held = self._connected("full")
            remembered.make_tables(self._held)
        except (OSError, sqlite3.Error) as error:
            raise InboxUnusableError(
                f"The inbox {self._path} cannot be written: {error}. "
                "Check that PILOTHOUSE_DATABASE_URL names a place this user may write to."
            ) from error

    def close(self) -> None:
        """This function will write what is on its way and close every connection."""
        self._writer.close()
        self._thread.shutdown(wait=True)
        for connection in (self._held, self._inserting, self._reading):
            if connection is not None:
                connection.close()

    async def put(self, delivery: Delivery) -> None:
        """This function will return once the delivery is durable."""
        await self._writer.put(delivery)

    def stuck_seconds(self) -> float:
        """This function will say for how long the delivery now being written has waited."""
        return self._writer.stuck_seconds()

    async def take(self, allowed: Callable[[int], int], limit: int) -> Sequence[WaitingDelivery]:
        """This function will read waiting deliveries, in order and in turns, as many of each as allowed."""
        installations = await self._read(lambda connection: list(_column(connection.execute(_INSTALLATIONS))))
        if not installations:
            return ()
        # A different one is first each time, so that a full batch starves nobody.
        self._turn = (self._turn + 1) % len(installations)
        order = installations[self._turn :] + installations[: self._turn]
        shares = {each: min(limit, allowed(each)) for each in order}
        shares = dict(islice(((each, share) for each, share in shares.items() if share > 0), limit))
        return await self._read(lambda connection: _in_turns(connection, shares, limit))

    async def finish(self, finished: Iterable[Finished]) -> None:
        """This function will mark deliveries as done, or as failed with the reason, with what came of them."""
        now, keeps_payloads = self._clock(), self._keeps_payloads
        await self._read(
            lambda connection: remembered.finish(connection, finished, at=now, keeps_payloads=keeps_payloads)
        )

    async def states(self, guids: Iterable[str]) -> dict[str, State]:
        """This function will say how far those of the deliveries have come that were ever accepted."""
        wanted = list(guids)

        def query(connection: sqlite3.Connection) -> dict[str, State]:
            found: dict[str, State] = {}
            for part in _parts(wanted):
                marks = ",".join("?" * len(part))
                rows = connection.execute(f"select guid, state from inbox where guid in ({marks})", part)  # noqa: S608 - marks only
                found |= {guid: State(state) for guid, state in rows}
            return found

        return await self._read(query)

    async def backlog(self) -> Backlog:
        """This function will count what waits."""

        def query(connection: sqlite3.Connection) -> Backlog:
            waiting, first = connection.execute(
                "select count(*), min(sequence) from inbox where state = 'waiting'"
            ).fetchone()
            failed = connection.execute("select count(*) from inbox where state = 'failed'").fetchone()[0]
            oldest = connection.execute(
                "select accepted_at from inbox where sequence = ?", (first,)
            ).fetchone()
            return Backlog(
                waiting=waiting,
                failed=failed,
                first=first,
                oldest=None if oldest is None else datetime.fromtimestamp(oldest[0], UTC),
            )

        return await self._read(query)

    async def forget(self, before: datetime) -> int:
        """This function will delete deliveries that were done or failed before that time, and count them."""
        end = await self._read(lambda connection: remembered.first_since(connection, before))
        return await self._in_batches(lambda connection: remembered.forget(connection, end))

    async def forget_payloads(self, before: datetime) -> int:
        """This function will delete what deliveries said that were done or failed before that time."""
        return await self._in_batches(lambda connection: remembered.forget_payloads(connection, before))

    async def deliveries(self, query: DeliveryQuery) -> Sequence[SeenDelivery]:
        """This function will return the deliveries that are asked for, the newest first."""
        return await self._read(lambda connection: remembered.listed(connection, query))

    async def payload_of(self, sequence: int) -> bytes | None:
        """This function will return what a delivery said; None where that is not kept any more."""
        return await self._read(lambda connection: remembered.payload_of(connection, sequence))

    async def replay(self, sequence: int) -> bool:
        """This function will let a handled delivery wait again; no where it waits, or its payload is gone."""
        waits = await self._read(lambda connection: remembered.replay(connection, sequence))
        if waits:
            self._on_commit()
        return waits

    async def beat(self, worker: str, snapshot: bytes) -> None:
        """This function will write down a worker's sign of life."""
        now = self._clock()

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute(
                    "insert into beats (worker, at, snapshot) values (?, ?, ?) on conflict (worker)"
                    " do update set at = excluded.at, snapshot = excluded.snapshot",
                    (worker, now.timestamp(), snapshot),
                )
                old = (now - timedelta(days=1)).timestamp()
                connection.execute("delete from beats where at < ?", (old,))

        await self._read(write)

    async def beats(self) -> Sequence[Beat]:
        """This function will read the newest sign of life of every worker of the last day."""
        rows = await self._read(
            lambda connection: connection.execute(
                "select at, snapshot from beats order by at desc"
            ).fetchall()
        )
        return [Beat(at=datetime.fromtimestamp(at, UTC), snapshot=snapshot) for at, snapshot in rows]

    async def is_elected(self) -> bool:
        """This function will say yes: one file has one worker, kept so by the engine's lock."""
        return True

    def _insert(self, deliveries: Sequence[Delivery]) -> None:
        if self._inserting is None:
            self._inserting = self._connected("full")
        now = self._clock().timestamp()
        with self._inserting as connection:
            connection.executemany(
                _INSERT,
                [
                    (
                        each.guid,
                        each.event,
                        each.action,
                        each.installation_id,
                        each.repository_id,
                        each.repository,
                        each.number,
                        now,
                        each.body,
                    )
                    for each in deliveries
                ],
            )

    async def _in_batches(self, delete: Callable[[sqlite3.Connection], int]) -> int:
        deleted = 0
        while (batch := await self._read(delete)) > 0:
            deleted += batch
        return deleted

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._queried, query)

    def _queried(self, query: Callable[[sqlite3.Connection], T]) -> T:
        if self._reading is None:
            # What is only marked twice after a power cut does no harm: these commits need not be synced.
            self._reading = self._connected("normal")
        return query(self._reading)

    def _connected(self, synchronous: str) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        connection.execute("pragma journal_mode=wal")
        connection.execute(f"pragma synchronous={synchronous}")
        return connection


def inbox_path(url: str) -> Path:
    """This function will name the inbox's file beside the given SQLite database."""
    path = Path(url.partition("///")[2].partition("?")[0] or "pilothouse.db")
    return path.with_name(f"{path.stem}-inbox{path.suffix or '.db'}")


def _in_turns(
    connection: sqlite3.Connection, shares: Mapping[int, int], limit: int
) -> Sequence[WaitingDelivery]:
    """The first of each installation, then the second of each, and so on."""
    lists = [
        connection.execute(
            "select sequence, guid, event, installation_id, accepted_at, body from inbox"
            " where state = 'waiting' and installation_id = ? order by sequence limit ?",
            (installation, share),
        ).fetchall()
        for installation, share in shares.items()
    ]
    turns = [row for turn in zip_longest(*lists) for row in turn if row is not None]
    return [
        WaitingDelivery(
            sequence=sequence,
            guid=guid,
            event=event,
            installation_id=installation,
            accepted_at=datetime.fromtimestamp(accepted_at, UTC),
            body=body,
        )
        for sequence, guid, event, installation, accepted_at, body in turns[:limit]
    ]


def _column(rows: Iterable[tuple[int]]) -> Iterator[int]:
    return (row[0] for row in rows)


def _parts(values: list[str]) -> Iterator[list[str]]:
    return (values[start : start + _MOST_PARAMETERS] for start in range(0, len(values), _MOST_PARAMETERS))
