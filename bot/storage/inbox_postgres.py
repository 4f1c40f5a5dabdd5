"""The inbox as a PostgreSQL table: several web processes put, one elected worker takes."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from bot.insisting import CONNECT_SECONDS, Insisting
from bot.storage.deliveries import postgres as remembered
from bot.storage.election import Election
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Backlog, Beat, Delivery, InboxUnusableError, State, WaitingDelivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.storage.deliveries.model import DeliveryQuery, Finished, SeenDelivery

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]

_PATIENCE = 4.0
_CREATION = 7463063

# A GUID is dropped when it waits or was processed, never because it was merely seen.
_INSERT = """
insert into pilothouse_inbox
  (guid, event, action, installation_id, repository_id, repository, number, accepted_at, body)
select distinct on (guid) guid, event, action, installation_id, repository_id, repository, number, %s, body
from unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bytea[])
  as delivery (guid, event, action, installation_id, repository_id, repository, number, body)
on conflict (guid) do update
set state = 'waiting', error = null, finished_at = null, decisions = null, body = excluded.body
where pilothouse_inbox.state = 'failed'
"""

_INSTALLATIONS = """
with recursive installations (id) as (
  (select min(installation_id) from pilothouse_inbox where state = 'waiting')
  union all
  select (select min(installation_id) from pilothouse_inbox
          where state = 'waiting' and installation_id > installations.id)
  from installations where installations.id is not null
)
select id from installations where id is not null
"""

_TAKE = """
select waiting.sequence, waiting.guid, waiting.event, waiting.installation_id, waiting.accepted_at, waiting.body
from unnest(%s::bigint[], %s::int[]) as share (installation_id, most)
cross join lateral (
  select *, row_number() over (order by sequence) as turn from pilothouse_inbox
  where state = 'waiting' and installation_id = share.installation_id order by sequence limit share.most
) as waiting
order by waiting.turn, waiting.sequence limit %s
"""


class PostgresInbox:
    """Deliveries in a table of the database that the other rows are in."""

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], datetime],
        on_commit: Callable[[], None],
        keeps_payloads: bool = True,
    ) -> None:
        self._url = "postgresql://" + url.partition("://")[2]
        self._clock = clock
        self._on_commit = on_commit
        self._keeps_payloads = keeps_payloads
        self._writer = GroupCommit(self._insert, on_commit)
        self._inserting: Connection | None = None
        self._reading: Connection | None = None
        self._election = Election(self._url)
        # A server that is restarted drops the sessions; GitHub waits ten seconds for its acknowledgement.
        self._insisting = Insisting(_PATIENCE, psycopg.OperationalError)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")
        self._turn = 0

    def open(self) -> None:
        """This function will create the table where there is none.

        Raises:
            InboxUnusableError: the server cannot be reached, or the user may not create tables.
        """
        try:
            with psycopg.connect(self._url, connect_timeout=CONNECT_SECONDS) as connection:
                # Several processes start at once; "if not exists" alone does not keep them apart.
                connection.execute("select pg_advisory_xact_lock(%s)", (_CREATION,))
                remembered.make_tables(connection)
        except psycopg.Error as error:
            raise InboxUnusableError(
                f"The inbox in PostgreSQL cannot be used: {error}. "
                "Check PILOTHOUSE_DATABASE_URL, and that its user may create tables."
            ) from error

    def close(self) -> None:
        """This function will write what is on its way and close every connection."""
        self._insisting.stop()
        self._writer.close()
        self._thread.shutdown(wait=True)
        self._election.close()
        for connection in (self._inserting, self._reading):
            if connection is not None:
                connection.close()

    async def put(self, delivery: Delivery) -> None:
        """This function will return once the delivery is durable."""
        await self._writer.put(delivery)

    def stuck_seconds(self) -> float:
        """This function will say for how long the delivery now being written has waited."""
        return self._writer.stuck_seconds()

    async def take(self, allowed: Callable[[int], int], limit: int) -> Sequence[WaitingDelivery]:
        """This function will read waiting deliveries, in order and in turns, so many of each as allowed."""
        installations = [row[0] for row in await self._query(_INSTALLATIONS)]
        if not installations:
            return ()
        # A different one is first each time, so that a full batch starves nobody.
        self._turn = (self._turn + 1) % len(installations)
        order = installations[self._turn :] + installations[: self._turn]
        shares = [(each, min(limit, share)) for each in order if (share := allowed(each)) > 0][:limit]
        rows = await self._query(_TAKE, [each for each, _ in shares], [share for _, share in shares], limit)
        return [
            WaitingDelivery(
                sequence=sequence,
                guid=guid,
                event=event,
                installation_id=installation,
                accepted_at=accepted_at,
                body=body,
            )
            for sequence, guid, event, installation, accepted_at, body in rows
        ]

    async def finish(self, finished: Iterable[Finished]) -> None:
        """This function will mark deliveries as done, or as failed with the reason, with what came of them."""
        now, keeps_payloads = self._clock(), self._keeps_payloads
        await self._run(
            lambda connection: remembered.finish(connection, finished, at=now, keeps_payloads=keeps_payloads)
        )

    async def states(self, guids: Iterable[str]) -> dict[str, State]:
        """This function will say how far those of the deliveries have come that were ever accepted."""
        rows = await self._query("select guid, state from pilothouse_inbox where guid = any(%s)", list(guids))
        return {guid: State(state) for guid, state in rows}

    async def backlog(self) -> Backlog:
        """This function will count what waits."""
        rows = await self._query(
            "select state, count(*), min(sequence), min(accepted_at) from pilothouse_inbox"
            " where state = 'waiting' or state = 'failed' group by state"
        )
        counts = {state: rest for state, *rest in rows}
        waiting, first, oldest = counts.get("waiting", (0, None, None))
        return Backlog(waiting=waiting, failed=counts.get("failed", (0,))[0], first=first, oldest=oldest)

    async def forget(self, before: datetime) -> int:
        """This function will delete deliveries that were done or failed before that time, and count them."""
        end = await self._run(lambda connection: remembered.first_since(connection, before))
        return await self._in_batches(lambda connection: remembered.forget(connection, end))

    async def forget_payloads(self, before: datetime) -> int:
        """This function will delete what deliveries said that were done or failed before that time."""
        return await self._in_batches(lambda connection: remembered.forget_payloads(connection, before))

    async def deliveries(self, query: DeliveryQuery) -> Sequence[SeenDelivery]:
        """This function will return the deliveries that are asked for, the newest first."""
        return await self._run(lambda connection: remembered.listed(connection, query))

    async def payload_of(self, sequence: int) -> bytes | None:
        """This function will return what a delivery said; None where that is not kept any more."""
        return await self._run(lambda connection: remembered.payload_of(connection, sequence))

    async def replay(self, sequence: int) -> bool:
        """This function will let a handled delivery wait again; no where it waits, or its payload is gone."""
        waits = await self._run(lambda connection: remembered.replay(connection, sequence))
        if waits:
            self._on_commit()
        return waits

    async def beat(self, worker: str, snapshot: bytes) -> None:
        """This function will write down a worker's sign of life."""
        now = self._clock()

        def write(connection: Connection) -> None:
            connection.execute(
                "insert into pilothouse_beats (worker, at, snapshot) values (%s, %s, %s) on conflict (worker)"
                " do update set at = excluded.at, snapshot = excluded.snapshot",
                [worker, now, snapshot],
            )
            connection.execute("delete from pilothouse_beats where at < %s", [now - timedelta(days=1)])

        await self._run(write)

    async def beats(self) -> Sequence[Beat]:
        """This function will read the newest sign of life of every worker of the last day."""
        rows = await self._query("select at, snapshot from pilothouse_beats order by at desc")
        return [Beat(at=at, snapshot=snapshot) for at, snapshot in rows]

    async def is_elected(self) -> bool:
        """This function will hold, or try to get, the one lock that lets a worker take deliveries."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._election.wins)

    def _insert(self, deliveries: Sequence[Delivery]) -> None:
        self._insisting.do(lambda: self._inserted(deliveries))

    def _inserted(self, deliveries: Sequence[Delivery]) -> None:
        if self._inserting is None or self._inserting.closed:
            self._inserting = psycopg.connect(self._url, connect_timeout=CONNECT_SECONDS)
        with self._inserting.transaction():
            self._inserting.execute(
                _INSERT,
                [
                    self._clock(),
                    [each.guid for each in deliveries],
                    [each.event for each in deliveries],
                    [each.action for each in deliveries],
                    [each.installation_id for each in deliveries],
                    [each.repository_id for each in deliveries],
                    [each.repository for each in deliveries],
                    [each.number for each in deliveries],
                    [each.body for each in deliveries],
                ],
                binary=True,
            )

    async def _in_batches(self, delete: Callable[[Connection], int]) -> int:
        """Between two of them others have their turn."""
        deleted = 0
        while (batch := await self._run(delete)) > 0:
            deleted += batch
        return deleted

    async def _query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        return await self._run(
            lambda connection: connection.execute(statement.encode(), parameters).fetchall()
        )

    async def _run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._insisting.do, lambda: self._worked(work)
        )

    def _worked(self, work: Callable[[Connection], T]) -> T:
        if self._reading is None or self._reading.closed:
            self._reading = psycopg.connect(self._url, connect_timeout=CONNECT_SECONDS)
        with self._reading.transaction():
            return work(self._reading)
