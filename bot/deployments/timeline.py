"""The rows of what happened to each deployment, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.deployments.model import Stage, TimelineEvent
from bot.storage.trust_tables import deployment_events as table

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LONGEST = 4000


def tell(connection: Connection, event: TimelineEvent) -> None:
    """This function will add the event to its deployment's timeline; the same key is told once."""
    here = (table.c.run_id == event.run_id) & (table.c.key == event.key)
    if connection.execute(select(table.c.key).where(here)).first() is None:
        connection.execute(
            table.insert().values(
                run_id=event.run_id,
                key=event.key,
                repository_id=event.repository_id,
                at=event.at,
                stage=event.stage.value,
                text=event.text[:_LONGEST],
                url=event.url,
            )
        )


def timeline_of(connection: Connection, repository_id: int, run_id: str) -> tuple[TimelineEvent, ...]:
    """This function will return what happened to the deployment that this run makes, in order."""
    query = select(table).where(table.c.run_id == run_id, table.c.repository_id == repository_id)
    return tuple(
        TimelineEvent(
            run_id=row.run_id,
            key=row.key,
            repository_id=row.repository_id,
            at=row.at,
            stage=Stage(row.stage),
            text=row.text,
            url=row.url,
        )
        for row in connection.execute(query.order_by(table.c.at, table.c.key))
    )
