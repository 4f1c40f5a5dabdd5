"""What the inbox remembers of deliveries, in tables of PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.storage.deliveries.rows import COLUMNS, conditions, is_walked, most, noted, packed, seen, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import psycopg

    from bot.storage.deliveries.model import DeliveryQuery, Finished, SeenDelivery

    Connection = psycopg.Connection[tuple[Any, ...]]

# What came after the first version: a table of that one is given these.
_ADDED = {
    "repository_id": "bigint",
    "repository": "text",
    "number": "bigint",
    "finished_at": "timestamptz",
    "decisions": "text",
}
_TABLES = (
    """create table if not exists pilothouse_inbox (
  sequence bigint generated always as identity primary key,
  guid text not null unique,
  event text not null,
  action text not null,
  installation_id bigint not null,
  repository_id bigint,
  repository text,
  number bigint,
  accepted_at timestamptz not null,
  finished_at timestamptz,
  state text not null default 'waiting',
  error text,
  decisions text,
  body bytea
)""",
    """create table if not exists pilothouse_beats (
  worker text primary key,
  at timestamptz not null,
  snapshot bytea not null
)""",
    """create table if not exists pilothouse_payloads (
  sequence bigint primary key,
  kept_at timestamptz not null,
  payload bytea not null
)""",
)
_INDEXES = (
    """create index if not exists pilothouse_inbox_waiting
  on pilothouse_inbox (installation_id, sequence) where state = 'waiting'""",
    "create index if not exists pilothouse_inbox_failed on pilothouse_inbox (sequence) where state = 'failed'",
    """create index if not exists pilothouse_inbox_by_repository
  on pilothouse_inbox (repository_id, sequence) where state <> 'waiting'""",
    "create index if not exists pilothouse_payloads_by_age on pilothouse_payloads (kept_at)",
)
_OF_REPOSITORIES = """
select {columns} from pilothouse_inbox d where d.sequence = any(array(
  select sequence from (
    select f.sequence from unnest(%s::bigint[]) r (id) cross join lateral (
      select d.sequence from pilothouse_inbox d
      where d.repository_id = r.id and d.state <> 'waiting'{conditions} order by d.sequence desc limit %s) f
    union all
    select d.sequence from pilothouse_inbox d
    where d.state = 'waiting' and d.repository_id = any(%s){conditions}
  ) both_kinds order by sequence desc limit %s
)) order by d.sequence desc
"""
_COLUMNS = COLUMNS.format(payloads="pilothouse_payloads")
_BATCH = 2000


def make_tables(connection: Connection) -> None:
    """This function will create the inbox's tables, or give those of an older version what they lack."""
    for statement in _TABLES:
        connection.execute(statement.encode())
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = 'pilothouse_inbox'::regclass and not attisdropped"
    )
    present = {row[0] for row in rows}
    # Asked first: even where nothing is to be added, adding would wait for everybody who reads or writes.
    for column, kind in _ADDED.items():
        if column not in present:
            connection.execute(f"alter table pilothouse_inbox add column {column} {kind}".encode())
    for statement in _INDEXES:
        connection.execute(statement.encode())
    storage = connection.execute(
        "select attstorage from pg_attribute"
        " where attrelid = 'pilothouse_payloads'::regclass and attname = 'payload'"
    ).fetchone()
    if storage != ("e",):  # payloads are compressed already
        connection.execute("alter table pilothouse_payloads alter column payload set storage external")


def finish(
    connection: Connection, finished: Iterable[Finished], *, at: datetime, keeps_payloads: bool
) -> None:
    """This function will mark deliveries as handled or failed, with what came of them."""
    rows = list(finished)
    # The GUID stays to know a redelivery by.
    connection.execute(
        "update pilothouse_inbox set state = case when ended.failure is null then 'done' else 'failed' end,"
        " error = ended.failure, finished_at = %s, decisions = ended.decisions, body = null"
        " from unnest(%s::bigint[], %s::text[], %s::text[]) as ended (id, failure, decisions)"
        " where sequence = ended.id",
        [
            at,
            [each.sequence for each in rows],
            [None if each.failure is None else _text(each.failure) for each in rows],
            [_text(noted(each.decisions)) for each in rows],
        ],
    )
    if keeps_payloads:
        connection.execute(
            "insert into pilothouse_payloads (sequence, kept_at, payload)"
            " select id, %s, payload from unnest(%s::bigint[], %s::bytea[]) as kept (id, payload)"
            " on conflict (sequence) do update set kept_at = excluded.kept_at, payload = excluded.payload",
            [at, [each.sequence for each in rows], [packed(each.body) for each in rows]],
            binary=True,
        )


def listed(connection: Connection, query: DeliveryQuery) -> tuple[SeenDelivery, ...]:
    """This function will return the deliveries that are asked for, the newest first."""
    said, values = conditions(query, "%s")
    limit = most(query)
    ids = None if query.repositories is None else sorted(query.repositories)
    if is_walked(query):
        among = "" if ids is None else " and d.repository_id = any(%s)"
        statement = (
            f"select {_COLUMNS} from pilothouse_inbox d where true{said}{among}"  # noqa: S608 - marks only
            " order by d.sequence desc limit %s"
        )
        parameters = [*values, *(() if ids is None else (ids,)), limit]
    else:
        statement = _OF_REPOSITORIES.format(columns=_COLUMNS, conditions=said)
        parameters = [ids, *values, limit, ids, *values, limit]
    return tuple(seen(row) for row in connection.execute(statement.encode(), parameters))


def payload_of(connection: Connection, sequence: int) -> bytes | None:
    """This function will return what a delivery said; None where that is not kept any more."""
    row = connection.execute(
        "select d.body, p.payload from pilothouse_inbox d left join pilothouse_payloads p"
        " on p.sequence = d.sequence where d.sequence = %s",
        [sequence],
    ).fetchone()
    body, kept = row or (None, None)
    return body if body is not None or kept is None else unpacked(kept)


def replay(connection: Connection, sequence: int) -> bool:
    """This function will let a handled delivery wait again; no where it waits already, or its payload is gone."""
    body = payload_of(connection, sequence)
    if body is None:
        return False
    changed = connection.execute(
        "update pilothouse_inbox set state = 'waiting', error = null, finished_at = null, decisions = null,"
        " body = %s where sequence = %s and state <> 'waiting'",
        [body, sequence],
    )
    return changed.rowcount == 1


def first_since(connection: Connection, moment: datetime) -> int:
    """This function will return the first sequence that was accepted then or after that.

    Sequences rise with time: what is looked through is what is old, however much is new.
    """
    row = connection.execute(
        "select sequence from pilothouse_inbox where accepted_at >= %s order by sequence limit 1", [moment]
    ).fetchone()
    return int(row[0]) if row is not None else 1 << 62


def forget(connection: Connection, end: int) -> int:
    """This function will delete a batch of what was handled before that sequence, and count it."""
    return connection.execute(
        "delete from pilothouse_inbox where sequence = any(array(select sequence from pilothouse_inbox"
        " where sequence < %s and state <> 'waiting' order by sequence limit %s))",
        [end, _BATCH],
    ).rowcount


def forget_payloads(connection: Connection, before: datetime) -> int:
    """This function will delete a batch of the payloads that were kept before that time, and count them."""
    return connection.execute(
        "delete from pilothouse_payloads where sequence = any(array(select sequence from pilothouse_payloads"
        " where kept_at < %s limit %s))",
        [before, _BATCH],
    ).rowcount


def _text(words: str) -> str:
    return words.replace("\0", "")
