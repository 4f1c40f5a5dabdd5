"""Gathers the facts that a deployment's decision rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.config.policy import EnvironmentConfig
from bot.config.repository import PATH, ConfigurationErrors, configuration_from_yaml
from bot.deployments.model import DeployFacts, EnvironmentFacts
from bot.gates.model import Parameter
from bot.github.actions import list_jobs, list_runs, list_workflows
from bot.github.checks import list_checks
from bot.github.collaborators import permission_of
from bot.github.contents import get_file
from bot.github.deployments import list_environments
from bot.github.models import Permission
from bot.github.pulls import get_pull

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.config.repository import RepositoryConfig
    from bot.deployments.model import DeployRequest
    from bot.github.client import RepositoryClient
    from bot.github.run_models import WorkflowRun

_PUSHED = {"push", "pull_request", "pull_request_target"}


async def gather(repo: RepositoryClient, request: DeployRequest) -> DeployFacts:
    """This function will read everything that decides about the deployment.

    Raises:
        GitHubError: something could not be read; then nothing may be deployed.
    """
    permission = (
        Permission.WRITE if request.is_trusted_app else await permission_of(repo, request.author.login)
    )
    pull = await get_pull(repo, request.number)
    configuration = configuration_from_yaml(await get_file(repo, PATH) or b"")
    facts = DeployFacts(
        permission=permission,
        head_sha=pull.head_sha,
        head_ref=pull.head_ref,
        is_open=pull.is_open,
        is_fork=pull.is_fork,
        web_url=pull.html_url.partition("/pull/")[0],
    )
    if isinstance(configuration, ConfigurationErrors):
        return replace(
            facts, configuration_mistakes=tuple(str(mistake) for mistake in configuration.mistakes)
        )
    environments = await _environments(repo, configuration)
    workflows = await list_workflows(repo)
    runs = await list_runs(repo, head_sha=pull.head_sha)
    checks = await list_checks(repo, pull.head_sha)
    own = (await repo.identity()).id
    deploying = await _deploy_jobs(repo, runs, {environment.workflow for environment in environments})
    return replace(
        facts,
        environments=environments,
        workflows=tuple(
            workflow.path.rpartition("/")[2] for workflow in workflows if workflow.state == "active"
        ),
        checks=tuple(check for check in checks if check.app_id != own and check.id not in deploying),
        pushed_at=_pushed_at(runs),
    )


async def _environments(
    repo: RepositoryClient, configuration: RepositoryConfig
) -> tuple[EnvironmentFacts, ...]:
    configured = configuration.environments
    if not configured:
        configured = {environment.name: EnvironmentConfig() for environment in await list_environments(repo)}
    return tuple(
        EnvironmentFacts(
            name=name,
            workflow=environment.workflow,
            inputs=tuple(Parameter(name=key, value=value) for key, value in environment.inputs.items()),
            parameters=tuple(environment.typed_parameters),
            checks=environment.checks,
            allow_forks=environment.allow_forks,
            limit=environment.limit,
        )
        for name, environment in configured.items()
    )


async def _deploy_jobs(
    repo: RepositoryClient, runs: Sequence[WorkflowRun], workflows: set[str]
) -> frozenset[int]:
    """The check runs of deploy workflows, whose own end must not keep the next deployment from happening.

    GitHub gives a job and its check run the same id.
    """
    found: set[int] = set()
    for run in runs:
        if run.event == "workflow_dispatch" and run.path.partition("@")[0].rpartition("/")[2] in workflows:
            found |= {job.id for job in await list_jobs(repo, run.id, run.attempt)}
    return frozenset(found)


def _pushed_at(runs: Sequence[WorkflowRun]) -> datetime | None:
    """When GitHub first ran something for the commit: it was pushed then, or earlier."""
    return min((run.created_at for run in runs if run.event in _PUSHED), default=None)
