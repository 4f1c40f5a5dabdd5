"""Reads what became of wishes, and what a repository's trains tested together, for those who look back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.forms import decode
from bot.github.models import Sha
from bot.merging.model import Batch, BatchState, Car, MergeState
from bot.merging.wishes.store import wish_from
from bot.storage.shipping_tables import merge_requests, train_batches

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from bot.merging.model import Wish

_OVER = tuple(state.value for state in MergeState if state.is_over)


def ended_wishes(connection: Connection, repository_id: int, *, most: int) -> tuple[Wish, ...]:
    """This function will return the wishes that are over, the newest first."""
    query = select(merge_requests).where(
        merge_requests.c.repository_id == repository_id, merge_requests.c.state.in_(_OVER)
    )
    rows = connection.execute(query.order_by(merge_requests.c.updated_at.desc()).limit(most))
    return tuple(wish_from(row) for row in rows)


def newest_batches(connection: Connection, repository_id: int, *, most: int) -> tuple[Batch, ...]:
    """This function will return what was tested together, of every base, the newest first."""
    query = select(train_batches).where(train_batches.c.repository_id == repository_id)
    rows = connection.execute(query.order_by(train_batches.c.began_at.desc()).limit(most))
    return tuple(batch_from(row) for row in rows)


def batch_from(row: Row[Any]) -> Batch:
    """This function will read a row of a batch."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    return Batch(
        **values
        | {
            "base_sha": Sha(row.base_sha),
            "cars": decode(row.cars, tuple[Car, ...]),
            "state": BatchState(row.state),
        }
    )
