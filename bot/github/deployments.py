"""GitHub Deployments, their statuses, and environments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.shapes import Nothing
from bot.github.shapes_runs import DeploymentShape, DeploymentStatusShape, EnvironmentShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.github.client import RepositoryClient
    from bot.github.models import Deployment, DeploymentState, DeploymentStatus, Environment, Sha

MAX_DESCRIPTION = 140  # https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeployment:
    """What shall be deployed where."""

    sha: Sha
    environment: str
    description: str
    task: str = "deploy"
    payload: Mapping[str, str] = field(default_factory=dict)  # ours; read back to find it after a crash
    production: bool = False
    transient: bool = False


async def create_deployment(repo: RepositoryClient, new: NewDeployment) -> Deployment:
    """This function will create a GitHub Deployment of exactly this SHA.

    GitHub's own merging of the base and its own status checks are switched off: both default to on, the first
    would answer without a deployment, and the bot decides by its own prechecks.
    https://docs.github.com/en/rest/deployments/deployments#create-a-deployment

    Raises:
        Uncertain: the answer was lost; look for the payload's key before creating it again.
    """
    body = {
        "ref": new.sha,
        "task": new.task,
        "auto_merge": False,
        "required_contexts": [],
        "payload": dict(new.payload),
        "environment": new.environment,
        "description": new.description[:MAX_DESCRIPTION],
        "production_environment": new.production,
        "transient_environment": new.transient,
    }
    shape = await repo.calls.send(op.CREATE_DEPLOYMENT, DeploymentShape, {}, body)
    return shape.to_deployment()


async def create_deployment_status(
    repo: RepositoryClient, deployment_id: int, *, state: DeploymentState, description: str, log_url: str = ""
) -> None:
    """This function will report the next state of a deployment, its description cut to 140 characters."""
    body = {"state": state.value, "description": description[:MAX_DESCRIPTION]}
    if log_url:
        body["log_url"] = log_url
    await repo.calls.send(op.CREATE_DEPLOYMENT_STATUS, Nothing, {"deployment_id": deployment_id}, body)


async def list_deployments(
    repo: RepositoryClient, *, environment: str | None = None, sha: Sha | None = None
) -> tuple[Deployment, ...]:
    """This function will read the newest 100 deployments, newest first, of one environment and SHA if given."""
    query = {key: value for key, value in (("environment", environment), ("sha", sha)) if value is not None}
    shapes = await repo.calls.page(op.LIST_DEPLOYMENTS, DeploymentShape, {}, query)
    return tuple(shape.to_deployment() for shape in shapes)


async def newest_state(repo: RepositoryClient, deployment_id: int) -> DeploymentState | None:
    """This function will read the state a deployment is in, or None while it has no status."""
    newest = await newest_status(repo, deployment_id)
    return newest.state if newest else None


async def newest_status(repo: RepositoryClient, deployment_id: int) -> DeploymentStatus | None:
    """This function will read the newest status of a deployment, or None while it has none."""
    found = await newest_statuses(repo, deployment_id, most=1)
    return found[0] if found else None


async def newest_statuses(
    repo: RepositoryClient, deployment_id: int, *, most: int
) -> tuple[DeploymentStatus, ...]:
    """This function will read so many statuses of a deployment, newest first."""
    variables = {"deployment_id": deployment_id}
    shapes = await repo.calls.page(
        op.LIST_DEPLOYMENT_STATUSES, DeploymentStatusShape, variables, {"per_page": str(most)}
    )
    return tuple(shape.to_status() for shape in shapes)


async def list_environments(repo: RepositoryClient) -> tuple[Environment, ...]:
    """This function will read all deployment environments of the repository."""
    shapes = await repo.calls.list(op.LIST_ENVIRONMENTS, EnvironmentShape, {})
    return tuple(shape.to_environment() for shape in shapes)
