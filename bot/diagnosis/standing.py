"""The rows that say what the bot has written on each pull request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from bot.storage.tables import summaries

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.models import RepositoryRef, Sha
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the bot has written on a pull request."""

    comment_id: int | None
    body_digest: str
    check_run_id: int | None
    check_digest: str
    head_sha: Sha


async def standing(database: Database, repository: RepositoryRef, number: int) -> Standing | None:
    """This function will return what the bot has written on a pull request, or None before its first word."""
    query = select(summaries).where(summaries.c.repository_id == repository.id, summaries.c.number == number)
    row = await database.read(lambda connection: connection.execute(query).first())
    if row is None:
        return None
    return Standing(
        comment_id=row.comment_id,
        body_digest=row.body_digest,
        check_run_id=row.check_run_id,
        check_digest=row.check_digest,
        head_sha=row.head_sha,
    )


async def save_standing(
    database: Database, repository: RepositoryRef, number: int, *, now: datetime, stands: Standing
) -> None:
    """This function will store what now stands on a pull request."""
    key = (summaries.c.repository_id == repository.id) & (summaries.c.number == number)
    values = {
        "comment_id": stands.comment_id,
        "body_digest": stands.body_digest,
        "check_run_id": stands.check_run_id,
        "check_digest": stands.check_digest,
        "head_sha": stands.head_sha,
        "updated_at": now,
    }

    def change(connection: Connection) -> None:
        if connection.execute(summaries.update().where(key).values(values)).rowcount == 0:
            connection.execute(
                summaries.insert().values(values | {"repository_id": repository.id, "number": number})
            )

    await database.write(change)
