"""Lists repositories by name, as far as their reader may read them, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.storage.web_tables import known_repositories
from bot.web.dashboard.standing.model import Listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection, Row, Select

    from bot.web.dashboard.standing.model import Need
    from bot.web.dashboard.standing.needs import Mine

EACH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some repositories, in the order of their names."""

    rows: tuple[Listed, ...]
    following: str  # the name after which the next piece begins; empty at the end
    count: int  # of all pieces together


def named(
    connection: Connection, mine: Mine, ids: Collection[int], needs: Mapping[int, tuple[Need, ...]]
) -> tuple[Listed, ...]:
    """This function will name these repositories; what the App may not see any more is left out."""
    query = _present(mine).where(known_repositories.c.repository_id.in_(sorted(ids)))
    return tuple(_listed(row, needs) for row in connection.execute(query))


def piece_of(
    connection: Connection, mine: Mine, needs: Mapping[int, tuple[Need, ...]], *, said: str, after: str
) -> Piece:
    """This function will list the repositories whose names contain what was said, after one of them."""
    table = known_repositories.c
    query = _present(mine)
    if said:
        query = query.where(func.lower(table.full_name).contains(said.lower(), autoescape=True))
    count = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    if after:
        query = query.where(table.full_name > after)
    rows = connection.execute(query.order_by(table.full_name).limit(EACH + 1)).all()
    shown = rows[:EACH]
    return Piece(
        rows=tuple(_listed(row, needs) for row in shown),
        following=shown[-1].full_name if len(rows) > EACH else "",
        count=count,
    )


def _present(mine: Mine) -> Select[tuple[int, str, bool]]:
    table = known_repositories.c
    query = select(table.repository_id, table.full_name, table.is_private)
    return query.where(mine(table.repository_id), table.is_removed.is_(False))


def _listed(row: Row[tuple[int, str, bool]], needs: Mapping[int, tuple[Need, ...]]) -> Listed:
    return Listed(
        repository_id=row.repository_id,
        full_name=row.full_name,
        is_private=row.is_private,
        needs=needs.get(row.repository_id, ()),
    )
