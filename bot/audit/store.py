"""The rows of the audit journal: only ever appended, one chain for each repository."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import false, func, select

from bot.audit.canonical import canonical
from bot.audit.chain import Head, Linked, chained, start
from bot.audit.model import Entry, Kind
from bot.forms import decode
from bot.redaction import redact
from bot.storage.trust_tables import journal as table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Row

    from bot.storage.database import Database

BOT = "pilothouse"  # the actor of what nobody asked for in person
_LONGEST_KEY = 255
_LONGEST_TEXT = 2000
_LOCK = 0x706C  # of two numbers, the one that is ours; the other is the repository's
_BATCH = 500


def append(connection: Connection, entry: Entry) -> Linked:
    """This function will append the entry to its repository's chain; the same key is written once, as at first.

    Call it last in a transaction: what follows it keeps every other entry of the repository waiting.
    """
    entry = _storable(entry)
    take_turn(connection, entry.repository_id)
    present = entry_of(connection, entry.repository_id, entry.key)
    if present is not None:
        return present
    linked = chained(entry, head(connection, entry.repository_id))
    connection.execute(table.insert().values(_values(linked)))
    return linked


async def journal(database: Database, entry: Entry) -> None:
    """This function will append the entry in a transaction of its own."""
    await database.write(lambda connection: append(connection, entry))


def head(connection: Connection, repository_id: int) -> Head:
    """This function will say how far the repository's chain goes."""
    row = connection.execute(
        select(table.c.sequence, table.c.hash)
        .where(table.c.repository_id == repository_id)
        .order_by(table.c.sequence.desc())
        .limit(1)
    ).first()
    return Head(sequence=row.sequence, hash=row.hash) if row is not None else start()


def entry_of(connection: Connection, repository_id: int, key: str) -> Linked | None:
    """This function will return the repository's entry with this key."""
    row = connection.execute(
        select(table).where(table.c.repository_id == repository_id, table.c.key == key)
    ).first()
    return _linked(row) if row is not None else None


def newest_entries(connection: Connection, repository_id: int, *, most: int) -> tuple[Linked, ...]:
    """This function will return the repository's newest entries, the newest first."""
    query = select(table).where(table.c.repository_id == repository_id)
    rows = connection.execute(query.order_by(table.c.sequence.desc()).limit(most))
    return tuple(_linked(row) for row in rows)


def entries_of(
    connection: Connection,
    condition: ColumnElement[bool],
    *,
    order: tuple[ColumnElement[Any], ...],
    most: int,
) -> tuple[Linked, ...]:
    """This function will return entries of whichever repositories, as many and in the order as asked for."""
    rows = connection.execute(select(table).where(condition).order_by(*order).limit(most))
    return tuple(_linked(row) for row in rows)


def all_entries(connection: Connection, repository_id: int | None = None) -> Iterator[Linked]:
    """This function will yield every entry, of one repository or of all, each chain in its order."""
    query = select(table).order_by(table.c.repository_id, table.c.sequence)
    if repository_id is not None:
        query = query.where(table.c.repository_id == repository_id)
    rows = connection.execution_options(yield_per=_BATCH).execute(query)
    for row in rows:
        yield _linked(row)


def take_turn(connection: Connection, repository_id: int) -> None:
    """This function will wait until no other transaction, in whichever process, writes to the repository's chain."""
    if connection.dialect.name == "sqlite":
        # A change that changes nothing takes the place of the one writer before anything is read.
        connection.execute(table.update().where(false()).values(key=table.c.key))
    else:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK, repository_id % (1 << 31))))


def _storable(entry: Entry) -> Entry:
    key = entry.key
    if len(key) > _LONGEST_KEY:
        key = hashlib.sha256(key.encode()).hexdigest()
    return replace(
        entry,
        key=key,
        subject=_text(entry.subject),
        what=_text(entry.what),
        evidence=_text(entry.evidence),
        detail={name: _text(value) for name, value in entry.detail.items()},
    )


def _text(text: str) -> str:
    """Text that a database takes and that tells no secret."""
    return redact(text.replace("\x00", "\ufffd"))[:_LONGEST_TEXT]


def _values(linked: Linked) -> dict[str, Any]:
    entry = linked.entry
    return {
        "repository_id": entry.repository_id,
        "sequence": linked.sequence,
        "key": entry.key,
        "kind": entry.kind.value,
        "at": entry.at,
        "actor": entry.actor,
        "actor_id": entry.actor_id,
        "what": entry.what,
        "subject": entry.subject,
        "result": entry.result,
        "evidence": entry.evidence,
        "detail": canonical(entry.detail),
        "previous": linked.previous,
        "hash": linked.hash,
    }


def _linked(row: Row[Any]) -> Linked:
    entry = Entry(
        key=row.key,
        repository_id=row.repository_id,
        kind=Kind(row.kind),
        at=row.at,
        actor=row.actor,
        actor_id=row.actor_id,
        what=row.what,
        subject=row.subject,
        result=row.result,
        evidence=row.evidence,
        detail=decode(row.detail, dict[str, str]),
    )
    return Linked(sequence=row.sequence, entry=entry, previous=row.previous, hash=row.hash)
