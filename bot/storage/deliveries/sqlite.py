"""What the inbox remembers of deliveries, in its SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from bot.storage.deliveries.model import State
from bot.storage.deliveries.rows import COLUMNS, conditions, is_walked, most, noted, packed, seen, unpacked

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from bot.storage.deliveries.model import DeliveryQuery, Finished, SeenDelivery

# What came after the first version: a file of that one is given these.
_ADDED = {
    "repository_id": "integer",
    "repository": "text",
    "number": "integer",
    "finished_at": "real",
    "decisions": "text",
}
_TABLES = (
    """create table if not exists inbox (
  sequence integer primary key autoincrement,
  guid text not null unique,
  event text not null,
  action text not null,
  installation_id integer not null,
  repository_id integer,
  repository text,
  number integer,
  accepted_at real not null,
  finished_at real,
  state text not null default 'waiting',
  error text,
  decisions text,
  body blob
)""",
    "create table if not exists beats (worker text primary key, at real not null, snapshot blob not null)",
    "create table if not exists payloads (sequence integer primary key, kept_at real not null, payload blob not null)",
)
_INDEXES = (
    "create index if not exists inbox_waiting on inbox (installation_id, sequence) where state = 'waiting'",
    "create index if not exists inbox_failed on inbox (sequence) where state = 'failed'",
    # Not of what waits: an acknowledgement writes no page more for it.
    "create index if not exists inbox_by_repository on inbox (repository_id, sequence) where state <> 'waiting'",
    "create index if not exists payloads_by_age on payloads (kept_at)",
)
_OF_REPOSITORIES = """
select {columns} from inbox d where d.sequence in (
  select sequence from (
    select f.sequence from json_each(?) r, inbox f where f.sequence in (
      select d.sequence from inbox d
      where d.repository_id = r.value and d.state <> 'waiting'{conditions} order by d.sequence desc limit ?)
    union all
    select d.sequence from inbox d indexed by inbox_waiting
    where d.state = 'waiting' and d.repository_id in (select value from json_each(?)){conditions}
  ) order by sequence desc limit ?
) order by d.sequence desc
"""
# The plus keeps the index on repositories out of it: rows are met in their order.
_AMONG = " and +d.repository_id in (select value from json_each(?))"
_COLUMNS = COLUMNS.format(payloads="payloads")
_BATCH = 500


def make_tables(connection: sqlite3.Connection) -> None:
    """This function will create the inbox's tables, or give those of an older version what they lack."""
    connection.execute("begin immediate")  # two processes start at once
    with connection:
        for statement in _TABLES:
            connection.execute(statement)
        present = {row[1] for row in connection.execute("pragma table_info(inbox)")}
        for column, kind in _ADDED.items():
            if column not in present:
                connection.execute(f"alter table inbox add column {column} {kind}")
        for statement in _INDEXES:
            connection.execute(statement)


def finish(
    connection: sqlite3.Connection, finished: Iterable[Finished], *, at: datetime, keeps_payloads: bool
) -> None:
    """This function will mark deliveries as handled or failed, with what came of them."""
    moment = at.timestamp()
    marks, payloads = [], []
    for each in finished:
        state = State.DONE if each.failure is None else State.FAILED
        marks.append((state.value, each.failure, moment, noted(each.decisions), each.sequence))
        if keeps_payloads:
            payloads.append((each.sequence, moment, packed(each.body)))
    with connection:
        # The GUID stays to know a redelivery by.
        connection.executemany(
            "update inbox set state = ?, error = ?, finished_at = ?, decisions = ?, body = null"
            " where sequence = ?",
            marks,
        )
        connection.executemany(
            "insert or replace into payloads (sequence, kept_at, payload) values (?, ?, ?)", payloads
        )


def listed(connection: sqlite3.Connection, query: DeliveryQuery) -> tuple[SeenDelivery, ...]:
    """This function will return the deliveries that are asked for, the newest first."""
    said, values = conditions(query, "?")
    limit = most(query)
    ids = None if query.repositories is None else orjson.dumps(sorted(query.repositories)).decode()
    if is_walked(query):
        among = "" if ids is None else _AMONG
        statement = f"select {_COLUMNS} from inbox d where true{said}{among} order by d.sequence desc limit ?"  # noqa: S608 - marks only
        parameters = [*values, *(() if ids is None else (ids,)), limit]
    else:
        statement = _OF_REPOSITORIES.format(columns=_COLUMNS, conditions=said)
        parameters = [ids, *values, limit, ids, *values, limit]
    return tuple(seen(row) for row in connection.execute(statement, parameters))


def payload_of(connection: sqlite3.Connection, sequence: int) -> bytes | None:
    """This function will return what a delivery said; None where that is not kept any more."""
    row = connection.execute(
        "select d.body, p.payload from inbox d left join payloads p on p.sequence = d.sequence"
        " where d.sequence = ?",
        [sequence],
    ).fetchone()
    body, kept = row or (None, None)
    return body if body is not None or kept is None else unpacked(kept)


def replay(connection: sqlite3.Connection, sequence: int) -> bool:
    """This function will let a handled delivery wait again; no where it waits already, or its payload is gone."""
    with connection:
        connection.execute("begin immediate")
        body = payload_of(connection, sequence)
        if body is None:
            return False
        changed = connection.execute(
            "update inbox set state = 'waiting', error = null, finished_at = null, decisions = null, body = ?"
            " where sequence = ? and state <> 'waiting'",
            [body, sequence],
        )
        return changed.rowcount == 1


def first_since(connection: sqlite3.Connection, moment: datetime) -> int:
    """This function will return the first sequence that was accepted then or after that.

    Sequences rise with time: what is looked through is what is old, however much is new.
    """
    row = connection.execute(
        "select sequence from inbox where accepted_at >= ? order by sequence limit 1", [moment.timestamp()]
    ).fetchone()
    return int(row[0]) if row is not None else 1 << 62


def forget(connection: sqlite3.Connection, end: int) -> int:
    """This function will delete a batch of what was handled before that sequence, and count it."""
    with connection:
        return connection.execute(
            "delete from inbox where sequence in (select sequence from inbox"
            " where sequence < ? and state <> 'waiting' order by sequence limit ?)",
            [end, _BATCH],
        ).rowcount


def forget_payloads(connection: sqlite3.Connection, before: datetime) -> int:
    """This function will delete a batch of the payloads that were kept before that time, and count them."""
    with connection:
        return connection.execute(
            "delete from payloads where sequence in (select sequence from payloads where kept_at < ? limit ?)",
            [before.timestamp(), _BATCH],
        ).rowcount
