"""The rows of batches, and what they teach about a base: which train waits for what, how many were culprits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, or_, select

from bot.commands.reasons import Reason
from bot.merging.model import Batch, BatchState, MergeState
from bot.merging.wishes.history import batch_from
from bot.storage.shipping_tables import merge_requests, train_batches

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.github.models import Sha

# Before anything is known, one of thirty is taken for a culprit, as if that many had been seen.
_SUPPOSED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """A batch that its train is not done with."""

    run_id: str
    base_ref: str
    head_sha: str
    numbers: tuple[int, ...]
    updated_at: datetime


def save_batch(connection: Connection, batch: Batch) -> None:
    """This function will write the row of a batch, over an older one of the same."""
    values = _values(batch)
    here = train_batches.c.id == batch.id
    if connection.execute(train_batches.update().where(here).values(values)).rowcount == 0:
        connection.execute(train_batches.insert().values(values))


def open_batches(connection: Connection, repository_id: int) -> tuple[OpenBatch, ...]:
    """This function will return the batches of every base that their trains are not done with, the oldest first."""
    return tuple(
        OpenBatch(
            run_id=batch.run_id,
            base_ref=batch.base_ref,
            head_sha=batch.head_sha,
            numbers=tuple(car.number for car in batch.cars),
            updated_at=batch.updated_at,
        )
        for batch in _open(connection, repository_id)
    )


def left_behind(connection: Connection, repository_id: int, base_ref: str, run_id: str) -> tuple[Batch, ...]:
    """This function will return the batches of a base that another run than this one did not finish."""
    batches = _open(connection, repository_id)
    return tuple(batch for batch in batches if batch.base_ref == base_ref and batch.run_id != run_id)


def found_red(connection: Connection, repository_id: int, base_sha: Sha, since: datetime) -> datetime | None:
    """This function will say when a commit of a base was last found red with nothing on top, if that was lately."""
    query = select(func.max(train_batches.c.ended_at)).where(
        train_batches.c.repository_id == repository_id,
        train_batches.c.base_sha == base_sha,
        train_batches.c.cars == "[]",
        train_batches.c.state == BatchState.RED.value,
        train_batches.c.began_at >= since,
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def share_of_culprits(connection: Connection, repository_id: int, base_ref: str, since: datetime) -> float:
    """This function will say how many of those that came into a base's train lately were red in it, as a share."""
    culprit = (merge_requests.c.state == MergeState.STOPPED.value) & (
        merge_requests.c.reason == Reason.TRAIN_RED.value
    )
    query = (
        select(merge_requests.c.state, func.count())
        .where(
            merge_requests.c.repository_id == repository_id,
            merge_requests.c.base_ref == base_ref,
            merge_requests.c.updated_at >= since,
            or_(culprit, merge_requests.c.state == MergeState.MERGED.value),
        )
        .group_by(merge_requests.c.state)
    )
    counts = connection.execute(query).all()
    culprits = sum(count for state, count in counts if state == MergeState.STOPPED.value)
    share: float = (1 + culprits) / (_SUPPOSED + sum(count for _, count in counts))
    return share


def _open(connection: Connection, repository_id: int) -> list[Batch]:
    query = select(train_batches).where(
        train_batches.c.repository_id == repository_id, train_batches.c.ended_at.is_(None)
    )
    return [batch_from(row) for row in connection.execute(query.order_by(train_batches.c.began_at))]


def _values(batch: Batch) -> dict[str, Any]:
    values = {name: getattr(batch, name) for name in batch.__slots__}
    return values | {"cars": msgspec.json.encode(batch.cars).decode(), "state": batch.state.value}
