"""Copies everything from one database to another, once, complete, and so that only one of them is used after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.audit.chain import follow
from bot.audit.store import all_entries
from bot.databases.carrying import NotCarriedError, Pair, marks
from bot.databases.guarding import refuse_absent, refuse_running, refuse_used
from bot.databases.places import Place, Store
from bot.engine.durable import Engine
from bot.storage.database import COPYING, HEAD, MOVED, Database
from bot.storage.inbox_choice import inbox_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.databases.places import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy carried over."""

    rows: Mapping[str, int]  # by table, as in "own/effects"
    chains: int  # of the journal, followed to their ends in the target


async def copy_database(
    source_url: str, target_url: str, *, clock: Callable[[], datetime], say: Callable[[str], None]
) -> Copied:
    """This function will copy everything that a bot knows, or go on with a copy that was interrupted.

    Raises:
        NotCarriedError: something stands in the way.
    """
    with Place(source_url, is_exclusive=True) as source:
        refuse_absent(source)
        refuse_running(source)
        _expect_current(source)
        await _make_tables(target_url, origin=str(source), clock=clock)
        with Place(target_url, is_exclusive=True) as target:
            pairs = _pairs(source, target)
            rows = {}
            _open_identities(target, pairs)
            for pair in pairs:
                engines = source.engines[pair.source.store], target.engines[pair.target.store]
                rows[str(pair.target)] = pair.carry(*engines, origin=str(source))
                say(f"{pair.target}: {rows[str(pair.target)]}")
            for pair in pairs:
                _verify(pair, source, target)
            chains = _followed(target)
            _close_identities(target, pairs)
            for engine in set(target.engines.values()):
                with engine.begin() as connection:
                    marks.drop(connection)
            target.set_revision(HEAD)
        source.set_revision(f"{MOVED} {HEAD}")
    return Copied(rows=rows, chains=chains)


def reopen(url: str) -> None:
    """This function will let a database that was copied elsewhere be used again.

    Raises:
        NotCarriedError: it was not copied.
    """
    with Place(url, is_exclusive=True) as place:
        refuse_absent(place)
        refuse_running(place)
        found = place.revision()
        if found is None or not found.startswith(MOVED):
            raise NotCarriedError(f"{place} was not copied elsewhere: nothing is to be done")
        place.set_revision(found.removeprefix(MOVED).strip())


def _expect_current(source: Place) -> None:
    found = source.revision()
    if found is not None and found.startswith(MOVED):
        raise NotCarriedError(f"{source} was copied already; `pilothouse db reopen` lets it be used again")
    if found != HEAD:
        raise NotCarriedError(
            f"{source} is of version {found or 'none'}, this program of {HEAD}: start its worker on it once"
        )


async def _make_tables(url: str, *, origin: str, clock: Callable[[], datetime]) -> None:
    """Make the target as a first start would, unless an interrupted copy has."""
    with Place(url) as target:
        if target.is_sqlite:
            target.files()[Store.OWN].parent.mkdir(parents=True, exist_ok=True)
        if target.revision() == COPYING:
            _expect_same_origin(target, origin)
            return
        refuse_running(target)
        refuse_used(target)
    database = Database(url)
    database.open()
    database.close()
    inbox = inbox_at(url, clock=clock)
    inbox.open()
    inbox.close()
    async with Engine(url, (), clock=clock):
        pass
    with Place(url) as target:
        for engine in set(target.engines.values()):
            marks.create(engine, checkfirst=True)
        target.set_revision(COPYING)


def _expect_same_origin(target: Place, origin: str) -> None:
    for engine in set(target.engines.values()):
        with engine.connect() as connection:
            others = connection.execute(sa.select(marks.c.source).where(marks.c.source != origin)).first()
        if others is not None:
            raise NotCarriedError(f"{target} holds an unfinished copy of {others[0]}, not of {origin}")


def _pairs(source: Place, target: Place) -> list[Pair]:
    there: dict[str, Item] = {str(item): item for item in target.items()}
    here = list(source.items())
    missing = [str(item) for item in here if str(item) not in there]
    if missing:
        raise NotCarriedError(f"{target} has no table for {', '.join(missing)}")
    return [Pair(item, there[str(item)]) for item in here]


def _verify(pair: Pair, source: Place, target: Place) -> None:
    expected = pair.expected(source.engines[pair.source.store])
    found = pair.found(target.engines[pair.target.store])
    if expected != found:
        raise NotCarriedError(
            f"{pair.target}: {found.rows} rows are not the {expected.rows} of the source; "
            "drop the target's tables and copy again"
        )


def _followed(target: Place) -> int:
    with target.engines[Store.OWN].connect() as connection:
        checked = follow(all_entries(connection))
    broken = [each for each in checked if each.broken]
    if broken:
        raise NotCarriedError(
            f"the journal's chain is broken: {broken[0].broken}; see `pilothouse audit verify`"
        )
    return len(checked)


def _open_identities(target: Place, pairs: list[Pair]) -> None:
    """Let the server take the numbers that rows have."""
    _alter(target, pairs, "generated by default")


def _close_identities(target: Place, pairs: list[Pair]) -> None:
    """Let the server go on numbering after the newest row."""
    _alter(target, pairs, "generated always")
    if target.is_sqlite:
        return
    for pair in pairs:
        table = pair.target.table
        with target.engines[pair.target.store].begin() as connection:
            for column in table.primary_key:
                name = f'"{table.schema or "public"}"."{table.name}"'
                sequence = connection.execute(
                    sa.text("select pg_get_serial_sequence(:table, :column)"),
                    {"table": name, "column": column.name},
                ).scalar()
                newest = connection.execute(sa.select(sa.func.max(column))).scalar() if sequence else None
                if newest is not None:
                    connection.execute(sa.func.setval(sequence, newest).select())


def _alter(target: Place, pairs: list[Pair], how: str) -> None:
    if target.is_sqlite:
        return
    for pair in pairs:
        for column in pair.target.table.c:
            if column.identity is not None and pair.target.store is Store.INBOX:
                change = sa.text(
                    f'alter table "{pair.target.table.name}" alter column "{column.name}" set {how}'
                )
                with target.engines[pair.target.store].begin() as connection:
                    connection.execute(change)
