"""Reads what was deployed last to the environments that come before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.fact_model import OrderFact
from bot.deployments.model import Stage, Task
from bot.deployments.store import rows_of

if TYPE_CHECKING:
    from bot.deployments.model import DeploymentRow
    from bot.github.client import RepositoryClient
    from bot.storage.database import Database

_MOST = 50


async def read_order(
    repo: RepositoryClient, environments: tuple[str, ...], *, database: Database
) -> tuple[OrderFact, ...]:
    """This function will read the newest deployment of each environment that changed it."""
    return tuple([await _newest(repo, name, database) for name in environments])


async def _newest(repo: RepositoryClient, environment: str, database: Database) -> OrderFact:
    repository_id = repo.ref.id
    rows = await database.read(lambda connection: rows_of(connection, repository_id, environment, most=_MOST))
    row = next((row for row in rows if _changed(row)), None)
    if row is None or row.task is Task.TEARDOWN:
        return OrderFact(environment=environment)
    return OrderFact(
        environment=environment,
        sha=row.sha,
        tree=row.tree,
        state=row.state,
        since=row.updated_at,
        url=row.log_url,
    )


def _changed(row: DeploymentRow) -> bool:
    """Whether the environment may have become another one by it."""
    return row.stage is not Stage.REFUSED and row.workflow_run_id != 0
