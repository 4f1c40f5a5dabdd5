"""Reads what was deployed last to the environments that come before, by the bot or by anybody else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.deployments.judging.fact_model import OrderFact
from bot.deployments.judging.fact_pull import tree_of
from bot.deployments.model import Stage, Task
from bot.deployments.store import rows_of
from bot.github.deployments import list_deployments, newest_statuses
from bot.github.models import DeploymentState
from bot.storage.tables import effects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.deployments.model import DeploymentRow
    from bot.github.client import RepositoryClient
    from bot.github.models import Deployment
    from bot.storage.database import Database

_MOST = 100  # as many as GitHub lists on a page
_MOST_STATUSES = 10
_RUN = re.compile(r"/runs/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looking:
    repo: RepositoryClient
    database: Database
    environment: str
    rows: dict[int, DeploymentRow]  # by deployment


async def read_order(
    repo: RepositoryClient, environments: tuple[str, ...], *, database: Database
) -> tuple[OrderFact, ...]:
    """This function will read the newest deployment of each environment that changed it."""
    return tuple([await _newest(repo, name, database) for name in environments])


async def _newest(repo: RepositoryClient, environment: str, database: Database) -> OrderFact:
    repository_id = repo.ref.id
    rows = await database.read(lambda connection: rows_of(connection, repository_id, environment, most=_MOST))
    looking = _Looking(
        repo=repo,
        database=database,
        environment=environment,
        rows={row.deployment_id: row for row in rows},
    )
    for deployment in await list_deployments(repo, environment=environment):
        fact = await _fact(looking, deployment)
        if fact is not None:
            return fact
    return OrderFact(environment=environment)


async def _fact(looking: _Looking, deployment: Deployment) -> OrderFact | None:
    """What the deployment says of its environment; None where it changed nothing or another one tells it."""
    row = looking.rows.get(deployment.id)
    if row is not None:
        return _of_row(row)
    statuses = await newest_statuses(looking.repo, deployment.id, most=_MOST_STATUSES)
    status = statuses[0] if statuses else None
    # One that GitHub adds by itself, such as `inactive` after the next success, names no run: an earlier one does.
    found = next(filter(None, (_RUN.search(one.log_url) for one in statuses)), None)
    if found is not None and await _is_ours(looking, int(found[1])):
        return (
            None  # GitHub makes one for a job that names the environment; the bot's own tells the same better
        )
    return OrderFact(
        environment=looking.environment,
        sha=deployment.sha,
        tree=await tree_of(looking.repo, deployment.sha),
        state=status.state if status else DeploymentState.PENDING,
        since=status.created_at if status else None,
        url=status.log_url if status else "",
    )


def _of_row(row: DeploymentRow) -> OrderFact | None:
    """What a deployment of the bot says; one that was refused, or never began, changed nothing."""
    if row.stage is Stage.REFUSED or (row.workflow_run_id == 0 and row.stage is Stage.ERRORED):
        return None
    if row.task is Task.TEARDOWN:
        return OrderFact(environment=row.environment)
    return OrderFact(
        environment=row.environment,
        sha=row.sha,
        tree=row.tree,
        state=row.state,
        since=row.updated_at,
        url=row.log_url,
    )


async def _is_ours(looking: _Looking, workflow_run_id: int) -> bool:
    """Whether the bot dispatched the workflow run: to deploy, for a step of it, or only to plan."""
    if any(row.workflow_run_id == workflow_run_id for row in looking.rows.values()):
        return True
    prefix = f"dispatch/{looking.repo.ref.id}/"
    return await looking.database.read(
        lambda connection: _was_dispatched(connection, prefix, workflow_run_id)
    )


def _was_dispatched(connection: Connection, prefix: str, workflow_run_id: int) -> bool:
    query = select(effects.c.key).where(
        effects.c.key.startswith(prefix, autoescape=True), effects.c.result == str(workflow_run_id)
    )
    return connection.execute(query.limit(1)).first() is not None
