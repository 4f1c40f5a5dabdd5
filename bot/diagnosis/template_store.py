"""The rows that hold what the lines of each workflow's green logs look like."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select

from bot.diagnosis.choice.templates import KnownTemplates
from bot.storage.tables import line_templates

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.models import RepositoryRef
    from bot.storage.database import Database

# A workflow's green logs change slowly: one run in so long is read.
LEARN_EVERY = timedelta(hours=12)


async def known_templates(database: Database, repository: RepositoryRef, workflow: str) -> KnownTemplates:
    """This function will return what is known of a workflow's green logs; at first nothing."""
    query = select(line_templates.c.learned).where(
        line_templates.c.repository_id == repository.id, line_templates.c.workflow == workflow
    )
    data = await database.read(lambda connection: connection.execute(query).scalar())
    return KnownTemplates() if data is None else KnownTemplates.from_bytes(data)


async def may_learn(database: Database, repository: RepositoryRef, workflow: str, *, now: datetime) -> bool:
    """This function will say whether the last green logs of the workflow were read long enough ago."""
    query = select(line_templates.c.updated_at).where(
        line_templates.c.repository_id == repository.id, line_templates.c.workflow == workflow
    )
    last = await database.read(lambda connection: connection.execute(query).scalar())
    return last is None or now - last >= LEARN_EVERY


async def save_templates(
    database: Database, repository: RepositoryRef, workflow: str, *, known: KnownTemplates, now: datetime
) -> None:
    """This function will store what is known of a workflow's green logs."""
    row = {
        "repository_id": repository.id,
        "workflow": workflow,
        "learned": known.to_bytes(),
        "logs": known.logs,
        "updated_at": now,
    }

    def change(connection: Connection) -> None:
        connection.execute(
            delete(line_templates).where(
                line_templates.c.repository_id == repository.id, line_templates.c.workflow == workflow
            )
        )
        connection.execute(line_templates.insert(), [row])

    await database.write(change)
