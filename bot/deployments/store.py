"""The rows of the deployments that the bot made, and which flow follows which workflow run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from bot.deployments.model import DeploymentRow, Stage, Task
from bot.deployments.states import MOVES, is_over
from bot.forms import decode
from bot.gates.model import Parameter
from bot.github.models import Actor, DeploymentState, Sha
from bot.storage.tables import effects
from bot.storage.trust_tables import deployments

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Row

_OPEN = [stage.value for stage in MOVES if not is_over(stage)]
_PARAMETERS = tuple[Parameter, ...]


def save(connection: Connection, row: DeploymentRow) -> None:
    """This function will write the row, over an older one of the same deployment."""
    place = _place(row.repository_id, row.deployment_id)
    values = _values(row)
    if connection.execute(deployments.update().where(place).values(**values)).rowcount == 0:
        keys = {"repository_id": row.repository_id, "deployment_id": row.deployment_id}
        connection.execute(deployments.insert().values(**keys, **values))


def row_of(connection: Connection, repository_id: int, deployment_id: int) -> DeploymentRow | None:
    """This function will return the row of a GitHub Deployment, or None where the bot did not make it."""
    found = connection.execute(select(deployments).where(_place(repository_id, deployment_id))).first()
    return _row(found) if found is not None else None


def row_of_run(connection: Connection, run_id: str) -> DeploymentRow | None:
    """This function will return the row of the deployment that this flow's run makes, if it came so far."""
    query = select(deployments).where(deployments.c.run_id == run_id)
    found = connection.execute(query.order_by(deployments.c.deployment_id).limit(1)).first()
    return _row(found) if found is not None else None


def row_of_workflow_run(
    connection: Connection, repository_id: int, workflow_run_id: int
) -> DeploymentRow | None:
    """This function will return the row of the deployment that this workflow run is of, by its newest dispatch."""
    query = select(deployments).where(
        deployments.c.repository_id == repository_id, deployments.c.workflow_run_id == workflow_run_id
    )
    found = connection.execute(query.order_by(deployments.c.deployment_id.desc()).limit(1)).first()
    return _row(found) if found is not None else None


def rows_of(
    connection: Connection, repository_id: int, environment: str, *, most: int
) -> tuple[DeploymentRow, ...]:
    """This function will return the newest deployments of an environment, newest first, plans left out."""
    query = select(deployments).where(
        deployments.c.repository_id == repository_id,
        deployments.c.environment == environment,
        deployments.c.deployment_id > 0,
    )
    found = connection.execute(query.order_by(deployments.c.deployment_id.desc()).limit(most))
    return tuple(_row(row) for row in found)


def follower(connection: Connection, repository_id: int, workflow_run_id: int) -> str | None:
    """This function will return the id of the run that follows this workflow run, or None where none does any more."""
    query = select(deployments.c.run_id).where(
        deployments.c.repository_id == repository_id,
        deployments.c.workflow_run_id == workflow_run_id,
        deployments.c.stage.in_(_OPEN),
    )
    found: str | None = connection.execute(query).scalar()
    return found


def claims(
    connection: Connection, repository_id: int, workflow_run_ids: Collection[int]
) -> dict[int, DeploymentRow]:
    """This function will return which of the workflow runs are known to belong to which deployment."""
    query = select(deployments).where(
        deployments.c.repository_id == repository_id, deployments.c.workflow_run_id.in_(workflow_run_ids)
    )
    return {row.workflow_run_id: _row(row) for row in connection.execute(query)}


def dispatched(connection: Connection, prefix: str) -> dict[int, str]:
    """This function will return the workflow runs that were dispatched under keys with this prefix, with their keys."""
    query = select(effects.c.key, effects.c.result).where(
        effects.c.key.startswith(prefix, autoescape=True), effects.c.result.is_not(None)
    )
    return {int(row.result): row.key for row in connection.execute(query)}


def _place(repository_id: int, deployment_id: int) -> Any:
    return (deployments.c.repository_id == repository_id) & (deployments.c.deployment_id == deployment_id)


def _values(row: DeploymentRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "environment": row.environment,
        "sha": row.sha,
        "workflow_run_id": row.workflow_run_id,
        "run_id": row.run_id,
        "state": row.state.value,
        "updated_at": row.updated_at,
        "stage": row.stage.value,
        "task": row.task.value,
        "tree": row.tree,
        "author": row.author.login if row.author else "",
        "author_id": row.author.id if row.author else 0,
        "parameters": msgspec.json.encode(row.parameters).decode(),
        "workflow": row.workflow,
        "inputs": msgspec.json.encode(row.inputs).decode(),
        "plan_digest": row.plan_digest,
        "artifact_digest": row.artifact_digest,
        "gate_id": row.gate_id,
        "decision_id": row.decision_id,
        "lease_token": row.lease_token,
        "percent": row.percent,
        "is_good": row.is_good,
        "reason": row.reason,
        "log_url": row.log_url,
        "created_at": row.created_at,
    }


def _row(row: Row[Any]) -> DeploymentRow:
    return DeploymentRow(
        repository_id=row.repository_id,
        deployment_id=row.deployment_id,
        number=row.number,
        environment=row.environment,
        sha=Sha(row.sha),
        workflow_run_id=row.workflow_run_id,
        run_id=row.run_id,
        state=DeploymentState(row.state),
        updated_at=row.updated_at,
        stage=Stage(row.stage) if row.stage else _stage_before(DeploymentState(row.state)),
        task=Task(row.task),
        tree=row.tree,
        author=Actor(id=row.author_id, login=row.author) if row.author_id else None,
        parameters=decode(row.parameters, _PARAMETERS),
        workflow=row.workflow,
        inputs=decode(row.inputs, _PARAMETERS),
        plan_digest=row.plan_digest,
        artifact_digest=row.artifact_digest,
        gate_id=row.gate_id,
        decision_id=row.decision_id,
        lease_token=row.lease_token,
        percent=row.percent,
        is_good=row.is_good,
        reason=row.reason,
        log_url=row.log_url,
        created_at=row.created_at,
    )


def _stage_before(state: DeploymentState) -> Stage:
    """The stage of a row from before there were stages."""
    match state:
        case DeploymentState.SUCCESS | DeploymentState.INACTIVE:
            return Stage.SUCCEEDED
        case DeploymentState.FAILURE:
            return Stage.FAILED
        case DeploymentState.ERROR:
            return Stage.ERRORED
        case _:
            return Stage.APPLYING
