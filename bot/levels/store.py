"""The rows of waits: noted once each, read for a page, newest first and not without bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.levels.model import Day, Kind
from bot.levels.rules import levels
from bot.storage.web_tables import known_repositories, service_levels

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from bot.levels.model import Level, Wait

MOST = 5_000  # waits of a kind that are read for a page
_FEW = 20_000  # repositories that one query can name; of more, all are read and chosen from


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which waits are asked for."""

    since: datetime
    repositories: Collection[int] | None = None  # None: of all


def note_wait(connection: Connection, wait: Wait) -> bool:
    """This function will note a wait, and say whether it is the first of its cause: only that counts."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(service_levels).values(
        kind=wait.kind.value,
        cause=wait.cause,
        repository_id=wait.repository_id,
        began_at=wait.began_at,
        ended_at=wait.ended_at,
        seconds=wait.seconds,
    )
    return connection.execute(row.on_conflict_do_nothing()).rowcount > 0


def levels_of(connection: Connection, asked: Asked, goals: Mapping[str, float]) -> tuple[Level, ...]:
    """This function will hold the newest waits of each kind against their goals."""
    found = [(kind, seconds) for _, kind, seconds in waits_of(connection, asked)]
    return levels(found, goals)


def waits_of(connection: Connection, asked: Asked) -> list[tuple[int, Kind, float]]:
    """This function will read the newest waits of each kind: repository id, kind and seconds."""
    found: list[tuple[int, Kind, float]] = []
    for kind in Kind:
        rows = connection.execute(_newest(kind, asked)).all()
        found += [
            (row.repository_id, kind, row.seconds) for row in rows if _is_asked(row.repository_id, asked)
        ]
    return found


def days_of(connection: Connection, asked: Asked, goals: Mapping[str, float]) -> dict[Kind, list[Day]]:
    """This function will count by day the newest waits of each kind, and those of them that met their goal."""
    if asked.repositories is not None and len(asked.repositories) > _FEW:
        return {}
    return {kind: _days(connection, kind, asked, goals[kind]) for kind in Kind}


def _days(connection: Connection, kind: Kind, asked: Asked, goal: float) -> list[Day]:
    waits = _newest(kind, asked).subquery()
    # SQLite has no zones and keeps UTC; PostgreSQL would take the day of the session's zone.
    is_sqlite = connection.dialect.name == "sqlite"
    day = func.date(waits.c.ended_at if is_sqlite else func.timezone("UTC", waits.c.ended_at))
    kept = func.sum(case((waits.c.seconds <= goal, 1), else_=0))
    rows = connection.execute(select(cast(day, String), func.count(), kept).group_by(day))
    return [Day(day=date.fromisoformat(text), count=count, kept=kept) for text, count, kept in rows]


def names_of(connection: Connection, repository_ids: Collection[int]) -> dict[int, str]:
    """This function will name repositories that events have told of."""
    known = known_repositories
    rows = connection.execute(
        select(known.c.repository_id, known.c.full_name).where(known.c.repository_id.in_(repository_ids))
    )
    return {row.repository_id: row.full_name for row in rows}


def _newest(kind: Kind, asked: Asked) -> Select[tuple[int, float, datetime]]:
    table = service_levels
    newest = (
        select(table.c.repository_id, table.c.seconds, table.c.ended_at)
        .where(table.c.kind == kind.value, table.c.ended_at >= asked.since)
        .order_by(table.c.ended_at.desc())
        .limit(MOST)
    )
    if asked.repositories is None or len(asked.repositories) > _FEW:
        return newest
    return newest.where(table.c.repository_id.in_(asked.repositories))


def _is_asked(repository_id: int, asked: Asked) -> bool:
    return asked.repositories is None or repository_id in asked.repositories
