"""Reads what was deployed to an environment before, however its name is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.deployments.store import rows_of
from bot.storage.trust_tables import deployments

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.deployments.model import DeploymentRow

MOST = 200


def history_of(connection: Connection, repository_id: int, environment: str) -> tuple[DeploymentRow, ...]:
    """This function will return the newest deployments to an environment, newest first; case is not told apart."""
    names = environments_of(connection, repository_id)
    written = [name for name in names if name.casefold() == environment.casefold()]
    rows = [row for name in written for row in rows_of(connection, repository_id, name, most=MOST)]
    return tuple(sorted(rows, key=lambda row: row.deployment_id, reverse=True)[:MOST])


def environments_of(connection: Connection, repository_id: int) -> tuple[str, ...]:
    """This function will return every environment that something was deployed to, by name."""
    query = select(deployments.c.environment).where(deployments.c.repository_id == repository_id).distinct()
    return tuple(sorted(connection.execute(query).scalars()))
