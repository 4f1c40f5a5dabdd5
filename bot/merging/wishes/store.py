"""Reads the rows of wishes: of one pull request, of a commit, of a base, in the order in which they are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.commands.reasons import Reason
from bot.config.merging import MergeMethod
from bot.github.models import Actor, Sha
from bot.merging.model import MergeState, Source, Wish
from bot.storage.shipping_tables import merge_requests

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

_OPEN = tuple(state.value for state in MergeState if not state.is_over)


def wish_of(connection: Connection, repository_id: int, number: int) -> Wish | None:
    """This function will return the newest wish for a pull request, over or not."""
    row = connection.execute(
        select(merge_requests).where(
            merge_requests.c.repository_id == repository_id, merge_requests.c.number == number
        )
    ).first()
    return None if row is None else wish_from(row)


def open_wishes(
    connection: Connection, repository_id: int, *, base_ref: str | None = None
) -> tuple[Wish, ...]:
    """This function will return the wishes that are not over, in the order in which they are merged.

    Args:
        connection: to the database.
        repository_id: of the repository.
        base_ref: the base they are for; None for every base.
    """
    mine = merge_requests.c.repository_id == repository_id
    if base_ref is not None:
        mine &= merge_requests.c.base_ref == base_ref
    return _open(connection, mine)


def wishes_of_head(connection: Connection, repository_id: int, sha: Sha) -> tuple[Wish, ...]:
    """This function will return the wishes that are not over and whose head is the commit."""
    mine = (merge_requests.c.repository_id == repository_id) & (merge_requests.c.head_sha == sha)
    return _open(connection, mine)


def waiting_repositories(connection: Connection) -> frozenset[int]:
    """This function will return the ids of the repositories in which something waits to be merged."""
    query = select(merge_requests.c.repository_id).where(merge_requests.c.state.in_(_OPEN))
    return frozenset(connection.scalars(query.distinct()))


def wish_from(row: Row[Any]) -> Wish:
    """This function will read a row."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    person = Actor(
        id=values.pop("person_id"),
        login=values["person"],
        type="Bot" if values["person"].endswith("[bot]") else "User",
    )
    return Wish(
        **values
        | {
            "person": person,
            "source": Source(row.source),
            "method": MergeMethod(row.method) if row.method else None,
            "asked_sha": Sha(row.asked_sha),
            "head_sha": Sha(row.head_sha),
            "state": MergeState(row.state),
            "reason": Reason(row.reason),
        }
    )


def values_of(wish: Wish) -> dict[str, Any]:
    """This function will write a wish as its row."""
    values = {name: getattr(wish, name) for name in wish.__slots__}
    return values | {
        "person": wish.person.login,
        "person_id": wish.person.id,
        "source": wish.source.value,
        "method": wish.method.value if wish.method else "",
        "state": wish.state.value,
        "reason": wish.reason.value,
    }


def _open(connection: Connection, mine: ColumnElement[bool]) -> tuple[Wish, ...]:
    query = select(merge_requests).where(mine, merge_requests.c.state.in_(_OPEN))
    order = merge_requests.c.priority.desc(), merge_requests.c.asked_at, merge_requests.c.number
    return tuple(wish_from(row) for row in connection.execute(query.order_by(*order)))
