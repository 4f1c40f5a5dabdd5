"""Every repository that the App may see, as events and GitHub's own lists told of it: names cost GitHub nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from bot.github.sightings import KnownRepository
from bot.storage.inserting import insert_new
from bot.storage.tables import watermarks
from bot.storage.web_tables import known_repositories

__all__ = [
    "KnownRepository",
    "forget_installations",
    "forget_repository",
    "keep_installation",
    "known_since",
    "learn",
    "repository_named",
    "repository_with",
]

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row


def repository_named(connection: Connection, full_name: str) -> KnownRepository | None:
    """This function will find a repository by its name, in any case of letters; None where none has it now."""
    table = known_repositories
    # The exact name is in the index; only who typed it in another case pays for looking at every row.
    for condition in (
        table.c.full_name == full_name,
        func.lower(table.c.full_name) == full_name.lower(),
    ):
        row = _newest(connection, condition)
        if row is not None:
            return _known(row)
    return None


def repository_with(connection: Connection, repository_id: int) -> KnownRepository | None:
    """This function will find a repository by its id, or return None where the App may not see it (any more)."""
    row = _newest(connection, known_repositories.c.repository_id == repository_id)
    return _known(row) if row is not None else None


def known_since(connection: Connection, repository_id: int) -> datetime | None:
    """This function will say when a repository was told of first, or again after it was gone; None: long ago."""
    query = select(watermarks.c.at).where(watermarks.c.name == _since(repository_id))
    return connection.execute(query).scalar()


def learn(connection: Connection, found: Iterable[KnownRepository], *, at: datetime) -> None:
    """This function will keep what was told of repositories.

    An older telling never replaces a newer one; what a telling leaves out (the default branch) stays as it was.
    """
    told = {one.repository_id: one for one in found}
    table = known_repositories
    rows = {row.repository_id: row for row in connection.execute(select(table).where(_among(told)))}
    here = {number for number, row in rows.items() if not row.is_removed or row.seen_at > at}
    _note_first(connection, told.keys() - here, at)
    for _, one in sorted(told.items()):  # in one order: two who learn at once do not wait for each other
        row = rows.get(one.repository_id)
        if row is None:  # or somebody else is learning of it at this moment
            connection.execute(insert_new(connection, table).values(**_values(one, at, "")))
        elif row.seen_at <= at:
            change = update(table).where(table.c.repository_id == one.repository_id)
            connection.execute(change.values(**_values(one, at, row.default_branch)))


def keep_installation(
    connection: Connection, installation_id: int, found: Sequence[KnownRepository], *, at: datetime
) -> None:
    """This function will keep what an installation's whole list told at a time: what is not in it is gone."""
    learn(connection, found, at=at)
    table = known_repositories
    seen = select(table.c.repository_id).where(
        table.c.installation_id == installation_id, table.c.is_removed.is_(False), table.c.seen_at <= at
    )
    still = {one.repository_id for one in found}
    _remove(connection, {row.repository_id for row in connection.execute(seen)} - still, at)


def forget_repository(
    connection: Connection, repository_id: int, *, installation_id: int, at: datetime
) -> None:
    """This function will mark a repository as removed, unless another installation reaches it since."""
    table = known_repositories
    seen = select(table.c.repository_id).where(
        table.c.repository_id == repository_id,
        table.c.installation_id == installation_id,
        table.c.seen_at <= at,
    )
    _remove(connection, {row.repository_id for row in connection.execute(seen)}, at)


def forget_installations(connection: Connection, still: Collection[int], *, at: datetime) -> None:
    """This function will mark the repositories of every other installation as removed."""
    table = known_repositories
    seen = select(table.c.repository_id, table.c.installation_id).where(
        table.c.is_removed.is_(False), table.c.seen_at <= at
    )
    kept = set(still)
    gone = {row.repository_id for row in connection.execute(seen) if row.installation_id not in kept}
    _remove(connection, gone, at)


def _note_first(connection: Connection, new: Collection[int], at: datetime) -> None:
    if not new:
        return
    rows = [{"name": _since(number), "at": at} for number in sorted(new)]
    connection.execute(delete(watermarks).where(watermarks.c.name.in_([row["name"] for row in rows])))
    connection.execute(insert_new(connection, watermarks), rows)


def _since(repository_id: int) -> str:
    return f"known-{repository_id}"


def _remove(connection: Connection, gone: Collection[int], at: datetime) -> None:
    if gone:
        connection.execute(update(known_repositories).where(_among(gone)).values(is_removed=True, seen_at=at))


def _among(ids: Iterable[int]) -> ColumnElement[bool]:
    return known_repositories.c.repository_id.in_(tuple(ids))


def _newest(connection: Connection, condition: ColumnElement[bool]) -> Row[tuple[object, ...]] | None:
    """A name may have been given to another repository since: the one told of last has it."""
    table = known_repositories
    query = select(table).where(condition, table.c.is_removed.is_(False)).order_by(table.c.seen_at.desc())
    return connection.execute(query.limit(1)).first()


def _known(row: Row[tuple[object, ...]]) -> KnownRepository:
    return KnownRepository(
        repository_id=row.repository_id,
        installation_id=row.installation_id,
        full_name=row.full_name,
        is_private=row.is_private,
        default_branch=row.default_branch,
    )


def _values(one: KnownRepository, at: datetime, branch: str) -> dict[str, object]:
    return {
        "repository_id": one.repository_id,
        "installation_id": one.installation_id,
        "full_name": one.full_name,
        "is_private": one.is_private,
        "default_branch": one.default_branch or branch,
        "is_removed": False,
        "seen_at": at,
    }
