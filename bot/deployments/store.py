"""The rows of the deployments that the bot made: which flow follows which workflow run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.deployments.states import MOVES, is_over
from bot.storage.trust_tables import deployments

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.deployments.model import DeploymentRow

_OPEN = [state.value for state in MOVES if not is_over(state)]


def save(connection: Connection, row: DeploymentRow) -> None:
    """This function will write the row, over an older one of the same deployment."""
    place = (deployments.c.repository_id == row.repository_id) & (
        deployments.c.deployment_id == row.deployment_id
    )
    values = {
        "number": row.number,
        "environment": row.environment,
        "sha": row.sha,
        "workflow_run_id": row.workflow_run_id,
        "run_id": row.run_id,
        "state": row.state.value,
        "updated_at": row.updated_at,
    }
    if connection.execute(deployments.update().where(place).values(**values)).rowcount == 0:
        keys = {"repository_id": row.repository_id, "deployment_id": row.deployment_id}
        connection.execute(deployments.insert().values(**keys, **values))


def follower(connection: Connection, repository_id: int, workflow_run_id: int) -> str | None:
    """This function will return the id of the run that follows this workflow run, or None where none does any more."""
    query = select(deployments.c.run_id).where(
        deployments.c.repository_id == repository_id,
        deployments.c.workflow_run_id == workflow_run_id,
        deployments.c.state.in_(_OPEN),
    )
    found: str | None = connection.execute(query).scalar()
    return found


def claims(connection: Connection, repository_id: int, sha: str) -> dict[int, int]:
    """This function will return which workflow run is known to belong to which deployment of the commit."""
    query = select(deployments.c.workflow_run_id, deployments.c.deployment_id).where(
        deployments.c.repository_id == repository_id, deployments.c.sha == sha
    )
    return {row.workflow_run_id: row.deployment_id for row in connection.execute(query)}
