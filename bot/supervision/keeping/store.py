"""The rows of repositories that are watched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from bot.forms import decode
from bot.github.models import InstallationId, RepositoryRef
from bot.storage.supervision_tables import supervisions
from bot.supervision.model import Supervised, Supervision

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row


def supervision_of(
    connection: Connection, repository_id: int, *, for_change: bool = False
) -> Supervision | None:
    """This function will return what is watched of the repository; `for_change` keeps it so until the transaction ends.

    Returns None where nothing is.
    """
    query = select(supervisions).where(supervisions.c.repository_id == repository_id)
    row = connection.execute(query.with_for_update() if for_change else query).first()
    return None if row is None else _supervision(row)


def every_supervision(connection: Connection) -> tuple[Supervision, ...]:
    """This function will return all of them, by repository."""
    rows = connection.execute(select(supervisions).order_by(supervisions.c.repository_id))
    return tuple(_supervision(row) for row in rows)


def keep_supervision(
    connection: Connection, repository: RepositoryRef, supervised: Supervised, *, now: datetime
) -> bool:
    """This function will store what the newest configuration has to watch, and say whether it is news."""
    known = supervision_of(connection, repository.id, for_change=True)
    if known is None:
        new = Supervision(repository=repository, supervised=supervised, found_at=now, updated_at=now)
        connection.execute(supervisions.insert().values(_values(new)))
        return True
    save_supervision(connection, replace(known, repository=repository, supervised=supervised, updated_at=now))
    return False


def save_supervision(connection: Connection, supervision: Supervision) -> None:
    """This function will store the row as it stands, where there still is one."""
    place = supervisions.c.repository_id == supervision.repository.id
    connection.execute(supervisions.update().where(place).values(_values(supervision)))


def note_watched(connection: Connection, repository_id: int, at: datetime) -> None:
    """This function will store when the sessions were looked at last."""
    place = supervisions.c.repository_id == repository_id
    connection.execute(supervisions.update().where(place).values(watched_at=at))


def note_supervised(connection: Connection, repository_id: int, at: datetime) -> None:
    """This function will store when the builds were looked at last."""
    place = supervisions.c.repository_id == repository_id
    connection.execute(supervisions.update().where(place).values(supervised_at=at))


def forget_supervision(connection: Connection, repository_id: int) -> None:
    """This function will take the row away: the configuration has nothing to watch any more."""
    connection.execute(supervisions.delete().where(supervisions.c.repository_id == repository_id))


def _values(supervision: Supervision) -> dict[str, Any]:
    return {
        "repository_id": supervision.repository.id,
        "installation_id": supervision.repository.installation_id,
        "repository": supervision.repository.full_name,
        "default_branch": supervision.repository.default_branch,
        "config": msgspec.json.encode(supervision.supervised).decode(),
        "watched_at": supervision.watched_at,
        "supervised_at": supervision.supervised_at,
        "alive_issue": supervision.alive_issue,
        "alive_digest": supervision.alive_digest,
        "found_at": supervision.found_at,
        "updated_at": supervision.updated_at,
    }


def _supervision(row: Row[Any]) -> Supervision:
    repository = RepositoryRef(
        installation_id=InstallationId(row.installation_id),
        id=row.repository_id,
        full_name=row.repository,
        default_branch=row.default_branch,
    )
    return Supervision(
        repository=repository,
        supervised=decode(row.config, Supervised),
        found_at=row.found_at,
        updated_at=row.updated_at,
        watched_at=row.watched_at,
        supervised_at=row.supervised_at,
        alive_issue=row.alive_issue,
        alive_digest=row.alive_digest,
    )
