"""The rows of waits: noted once each, and counted by the database, newest first and not without bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Integer, String, case, cast, func, select

from bot.levels.model import Day, Kind, Late, Level
from bot.storage.inserting import insert_new
from bot.storage.web_tables import known_repositories, service_levels

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Subquery

    from bot.levels.model import Wait

MOST = 5_000  # waits of a kind that are counted
# One query names no more repositories; who can read more than these sees the waits of the first of them.
_NAMED = 20_000
_HALF, _MANY, _NEARLY_ALL = 50, 95, 99  # of a hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which waits are asked for."""

    since: datetime
    repositories: Collection[int] | None = None  # None: of all


def note_wait(connection: Connection, wait: Wait) -> bool:
    """This function will note a wait, and say whether it is the first of its cause: only that counts."""
    row = insert_new(connection, service_levels).values(
        kind=wait.kind.value,
        cause=wait.cause,
        repository_id=wait.repository_id,
        began_at=wait.began_at,
        ended_at=wait.ended_at,
        seconds=wait.seconds,
    )
    noted = connection.execute(row.returning(service_levels.c.kind))
    return noted.first() is not None


def levels_of(connection: Connection, asked: Asked, goals: Mapping[str, float]) -> tuple[Level, ...]:
    """This function will hold the newest waits of each kind against their goals; one without waits is told too."""
    return tuple(_level(connection, kind, asked, goals[kind]) for kind in Kind)


def days_of(connection: Connection, asked: Asked, goals: Mapping[str, float]) -> dict[Kind, list[Day]]:
    """This function will count by day the newest waits of each kind, and those of them that met their goal."""
    return {kind: _days(connection, kind, asked, goals[kind]) for kind in Kind}


def late_in(
    connection: Connection, asked: Asked, goals: Mapping[str, float], *, most: int
) -> tuple[Late, ...]:
    """This function will name the repositories in which the most waits missed their goal, the worst first."""
    found = [each for kind in Kind for each in _late(connection, kind, asked, goals[kind], most)]
    found.sort(key=lambda one: (one.kept - one.count, one.full_name, one.kind))
    return tuple(found[:most])


def _level(connection: Connection, kind: Kind, asked: Asked, goal: float) -> Level:
    """The nearest rank: a wait that somebody really had."""
    waits = _newest(kind, asked)
    ranked = select(
        waits.c.seconds,
        func.row_number().over(order_by=waits.c.seconds).label("rank"),
        func.count().over().label("total"),
        func.sum(_in_time(waits, goal)).over().label("kept"),
    ).subquery()
    asked_for = [(ranked.c.total * share + 99) // 100 for share in (_HALF, _MANY, _NEARLY_ALL, 100)]
    rows = connection.execute(
        select(ranked).where(ranked.c.rank.in_([cast(each, Integer) for each in asked_for]))
    ).all()
    if not rows:
        return Level(kind=kind, goal=goal, count=0, kept=0)
    of = {row.rank: row.seconds for row in rows}
    total = rows[0].total
    half, many, nearly_all, worst = (
        of[(total * share + 99) // 100] for share in (_HALF, _MANY, _NEARLY_ALL, 100)
    )
    return Level(
        kind=kind,
        goal=goal,
        count=total,
        kept=rows[0].kept,
        p50=half,
        p95=many,
        p99=nearly_all,
        worst=worst,
    )


def _days(connection: Connection, kind: Kind, asked: Asked, goal: float) -> list[Day]:
    waits = _newest(kind, asked)
    # SQLite has no zones and keeps UTC; PostgreSQL would take the day of the session's zone.
    is_sqlite = connection.dialect.name == "sqlite"
    day = func.date(waits.c.ended_at if is_sqlite else func.timezone("UTC", waits.c.ended_at))
    rows = connection.execute(
        select(cast(day, String), func.count(), func.sum(_in_time(waits, goal))).group_by(day)
    )
    return [Day(day=date.fromisoformat(text), count=count, kept=kept) for text, count, kept in rows]


def _late(connection: Connection, kind: Kind, asked: Asked, goal: float, most: int) -> list[Late]:
    waits, known = _newest(kind, asked), known_repositories
    kept = func.sum(_in_time(waits, goal))
    rows = connection.execute(
        select(known.c.full_name, func.count(), kept, func.max(waits.c.seconds))
        .join_from(waits, known, known.c.repository_id == waits.c.repository_id)
        .group_by(known.c.repository_id, known.c.full_name)
        .having(kept < func.count())
        .order_by(kept - func.count(), known.c.full_name)
        .limit(most)
    )
    return [
        Late(kind=kind, full_name=full_name, count=count, kept=in_time, worst=worst)
        for full_name, count, in_time, worst in rows
    ]


def _in_time(waits: Subquery, goal: float) -> ColumnElement[int]:
    return case((waits.c.seconds <= goal, 1), else_=0)


def _newest(kind: Kind, asked: Asked) -> Subquery:
    table = service_levels
    newest = (
        select(table.c.repository_id, table.c.seconds, table.c.ended_at)
        .where(table.c.kind == kind.value, table.c.ended_at >= asked.since)
        .order_by(table.c.ended_at.desc())
        .limit(MOST)
    )
    if asked.repositories is not None:
        newest = newest.where(table.c.repository_id.in_(sorted(asked.repositories)[:_NAMED]))
    return newest.subquery()
