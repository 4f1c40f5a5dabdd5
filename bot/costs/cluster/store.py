"""The rows of clusters: one for each repository that has had one, changed only as its table of states allows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from bot.costs.cluster.model import Cluster, ClusterState, Details, Way
from bot.costs.cluster.states import may_move
from bot.forms import decode
from bot.storage.cost_tables import clusters

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Row


def cluster_of(connection: Connection, repository_id: int, *, now: datetime) -> Cluster:
    """This function will return the repository's cluster; one that nobody asked for yet is down."""
    row = connection.execute(select(clusters).where(clusters.c.repository_id == repository_id)).first()
    return Cluster(repository_id=repository_id, updated_at=now) if row is None else _cluster(row)


def costly_clusters(connection: Connection) -> tuple[Cluster, ...]:
    """This function will return every cluster of which machines run, or may run."""
    query = select(clusters).where(clusters.c.state != ClusterState.DOWN.value)
    return tuple(_cluster(row) for row in connection.execute(query.order_by(clusters.c.repository_id)))


def change_cluster(
    connection: Connection, repository_id: int, change: Callable[[Cluster], Cluster], *, now: datetime
) -> Cluster:
    """This function will store what the change makes of the cluster and return it; it changes while nobody else does.

    Raises:
        ValueError: it is no legal move.
    """
    query = select(clusters).where(clusters.c.repository_id == repository_id)
    row = connection.execute(query.with_for_update()).first()
    known = Cluster(repository_id=repository_id, updated_at=now) if row is None else _cluster(row)
    changed = replace(change(known), updated_at=now)
    if not may_move(known.state, changed.state):
        raise ValueError(f"a cluster that is {known.state} cannot be {changed.state}")
    values = _values(changed)
    if row is None:
        connection.execute(clusters.insert().values(repository_id=repository_id, **values))
    else:
        here = clusters.c.repository_id == repository_id
        connection.execute(clusters.update().where(here).values(values))
    return changed


def _values(cluster: Cluster) -> dict[str, Any]:
    names = (name for name in cluster.__slots__ if name not in {"repository_id", "details", "state", "way"})
    return {name: getattr(cluster, name) for name in names} | {
        "state": cluster.state.value,
        "way": cluster.way.value,
        "facts": msgspec.json.encode(cluster.details).decode(),
    }


def _cluster(row: Row[Any]) -> Cluster:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    details = decode(values.pop("facts"), Details)
    return Cluster(**values | {"state": ClusterState(row.state), "way": Way(row.way), "details": details})
