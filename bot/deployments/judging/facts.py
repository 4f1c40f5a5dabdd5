"""Gathers the facts that a deployment's decision rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.budget.store import standing_of
from bot.config.freezing import open_window
from bot.config.policy import EnvironmentConfig
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.deployments.judging.fact_checks import read_checks
from bot.deployments.judging.fact_model import DeployFacts, asked_of
from bot.deployments.judging.fact_order import read_order
from bot.deployments.judging.fact_pull import pushed_at, read_behind, read_mergeable, read_pull, read_reviews
from bot.deployments.judging.fact_workflows import read_workflows, workflow_files
from bot.deployments.model import Task
from bot.deployments.store import rows_of
from bot.github.actions import list_runs
from bot.github.collaborators import permission_of_person
from bot.github.deployments import list_environments
from bot.github.environments import protection_rule_apps
from bot.github.models import Permission
from bot.github.teams import is_team_member

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.config.repository import RepositoryConfig
    from bot.deployments.judging.fact_model import Asked
    from bot.deployments.model import DeployRequest
    from bot.github.client import RepositoryClient
    from bot.storage.database import Database

_MOST = 50


async def gather(
    repo: RepositoryClient, request: DeployRequest, *, database: Database, now: datetime
) -> DeployFacts:
    """This function will read everything that decides about the deployment.

    Raises:
        GitHubError: something could not be read; then nothing may be deployed.
    """
    asked = asked_of(request)
    pull, page = await read_pull(repo, request.number)
    facts = DeployFacts(
        asked=asked,
        now=now,
        permission=await _permission(repo, request),
        pull=pull,
        web_url=page.partition("/pull/")[0],
    )
    configuration = await read_configuration(repo)
    if isinstance(configuration, ConfigurationErrors):
        mistakes = tuple(str(mistake) for mistake in configuration.mistakes)
        facts = replace(facts, configuration_mistakes=mistakes)
        environments = await _remembered(repo, asked, database) if asked.task is Task.ROLLBACK else {}
    else:
        environments = await environments_of(repo, configuration)
    name = next((one for one in environments if one.casefold() == asked.environment.casefold()), "")
    policy = environments.get(name)
    facts = replace(facts, environments=tuple(environments), environment=name, policy=policy)
    if policy is None:
        return facts
    workflow, plan_workflow = await read_workflows(repo, facts, policy)
    facts = replace(facts, workflow=workflow, plan_workflow=plan_workflow)
    if asked.task in {Task.ROLLBACK, Task.TEARDOWN}:
        return facts
    facts = await _of_change(repo, request.number, facts, environments)
    order = await read_order(repo, policy.requires, database=database)
    budget = await database.read(lambda connection: standing_of(connection, repo.ref.id))
    return replace(facts, order=order, budget=budget)


async def environments_of(
    repo: RepositoryClient, configuration: RepositoryConfig
) -> Mapping[str, EnvironmentConfig]:
    """This function will return the environments that the configuration names, or else those of GitHub."""
    return configuration.environments or {
        environment.name: EnvironmentConfig() for environment in await list_environments(repo)
    }


async def _remembered(
    repo: RepositoryClient, asked: Asked, database: Database
) -> Mapping[str, EnvironmentConfig]:
    """The environment as it was last deployed to: a mistake in a file must not keep production broken."""
    repository_id, name = repo.ref.id, asked.environment
    rows = await database.read(lambda connection: rows_of(connection, repository_id, name, most=_MOST))
    workflow = next((row.workflow for row in rows if row.task is Task.DEPLOY and row.workflow), "")
    return {name: EnvironmentConfig(workflow=workflow)} if workflow else {}


async def _permission(repo: RepositoryClient, request: DeployRequest) -> Permission:
    if request.is_trusted_app:
        return Permission.WRITE
    return await permission_of_person(repo, request.author)


async def _of_change(
    repo: RepositoryClient, number: int, facts: DeployFacts, environments: Mapping[str, EnvironmentConfig]
) -> DeployFacts:
    """What the environment asks of the change, and nothing that nobody asks for."""
    pull, policy = facts.pull, environments[facts.environment]
    runs = await list_runs(repo, head_sha=pull.head_sha)
    pull = replace(
        pull,
        pushed_at=pushed_at(runs),
        behind=await read_behind(repo, pull) if policy.up_to_date else None,
        mergeable=await read_mergeable(repo, number, pull) if policy.mergeable else pull.mergeable,
    )
    from_fork = pull.is_fork and policy.allow_forks
    return replace(
        facts,
        pull=pull,
        checks=await read_checks(repo, pull.head_sha, runs, deploying=workflow_files(environments)),
        reviews=await read_reviews(repo, number) if policy.reviews or from_fork else (),
        has_rule=await _has_rule(repo, facts, policy),
        teams=await _teams(repo, facts, policy),
    )


async def _has_rule(repo: RepositoryClient, facts: DeployFacts, policy: EnvironmentConfig) -> bool:
    if policy.plan is None or policy.plan.workflow is not None:
        return False
    return (await repo.identity()).id in await protection_rule_apps(repo, facts.environment)


async def _teams(repo: RepositoryClient, facts: DeployFacts, policy: EnvironmentConfig) -> tuple[str, ...]:
    """The teams in which the asker is, of those that may deploy while nothing is deployed."""
    allow = policy.freeze.allow if policy.freeze is not None else None
    if policy.freeze is None or allow is None or open_window(policy.freeze, facts.now) is None:
        return ()
    login, found = facts.asked.author.login, []
    for team in allow.teams:
        org, _, slug = team.partition("/")
        if await is_team_member(repo, org=org, slug=slug, login=login):
            found.append(team)
    return tuple(found)
