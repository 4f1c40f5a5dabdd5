"""How long wishes of a base usually took, from the asking to the merge."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.merging.model import MergeState
from bot.storage.shipping_tables import merge_requests

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy import Connection

_MOST = 50  # of the last merged ones
_FEWEST = 3  # fewer say nothing about what is usual


def usual_wait(connection: Connection, repository_id: int, base_ref: str) -> timedelta | None:
    """This function will return the median of the last wishes that were merged into the base; None for too few."""
    query = select(merge_requests.c.asked_at, merge_requests.c.ended_at).where(
        merge_requests.c.repository_id == repository_id,
        merge_requests.c.base_ref == base_ref,
        merge_requests.c.state == MergeState.MERGED.value,
        merge_requests.c.ended_at.is_not(None),
    )
    rows = connection.execute(query.order_by(merge_requests.c.ended_at.desc()).limit(_MOST)).all()
    took = [row.ended_at - row.asked_at for row in rows]
    return median(took) if len(took) >= _FEWEST else None
