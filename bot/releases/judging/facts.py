"""Gathers the facts that a release's decision rests on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.config.freezing import open_window
from bot.config.repository import ConfigurationErrors, RepositoryConfig, read_configuration
from bot.deployments.judging.fact_checks import read_checks
from bot.deployments.judging.fact_workflows import workflow_files
from bot.gates.facts import environment_of
from bot.github.actions import list_runs
from bot.github.collaborators import permission_of_person
from bot.github.contents import get_file
from bot.github.git_data import get_ref, tagged_commit
from bot.github.models import Permission
from bot.github.teams import is_team_member
from bot.releases.judging.existing import find_existing, is_of_release
from bot.releases.judging.fact_model import (
    EnvironmentFacts,
    ReleaseFacts,
    WorkflowFacts,
    asked_of,
)
from bot.releases.judging.triggers import workflow_facts
from bot.releases.notes.model import Asked as AskedNotes
from bot.releases.notes.reading import read_notes
from bot.releases.provenance.verifying import can_verify
from bot.releases.scope import Scope, scope_of
from bot.releases.store import underway_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.deployments.judging.fact_model import CheckFact
    from bot.github.client import RepositoryClient
    from bot.releases.model import ReleaseRequest
    from bot.releases.notes.model import Notes
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where facts about a release are read, and when."""

    repo: RepositoryClient
    database: Database
    now: datetime


async def read_changes(repo: RepositoryClient, request: ReleaseRequest) -> Notes | None:
    """This function will read what the release would hold; None where the policy cannot be read or knows it not.

    Raises:
        GitHubError: something could not be read; then nothing may be released.
    """
    configuration = await read_configuration(repo)
    if isinstance(configuration, ConfigurationErrors):
        return None
    policy = configuration.release
    scope = scope_of(policy, request.component)
    if not isinstance(scope, Scope):
        return None
    asked = AskedNotes(
        version=request.version,
        tag=scope.tag,
        branch=request.branch,
        sha=request.sha,
        paths=scope.paths,
        is_strict=policy.sanity,
    )
    return await read_notes(repo, asked)


async def gather(reading: Reading, request: ReleaseRequest, notes: Notes | None) -> ReleaseFacts:
    """This function will read everything that decides about the release.

    Raises:
        GitHubError: something could not be read; then nothing may be released.
    """
    repo = reading.repo
    configuration = await read_configuration(repo)
    facts = ReleaseFacts(
        asked=asked_of(request),
        now=reading.now,
        web_url=notes.web_url if notes is not None else "",
        permission=await _permission(repo, request),
        versions=notes.facts if notes is not None else None,
        other=await _other(reading, request),
        can_verify=can_verify(),
    )
    if isinstance(configuration, ConfigurationErrors):
        return replace(facts, mistakes=tuple(str(mistake) for mistake in configuration.mistakes))
    scope = scope_of(configuration.release, request.component)
    facts = replace(facts, config=configuration.release)
    if not isinstance(scope, Scope):
        return facts
    branch = await get_ref(repo, f"heads/{request.branch}")
    return replace(
        facts,
        scope=scope,
        branch_sha=branch.sha if branch is not None else None,
        tag_sha=await tagged_commit(repo, request.tag),
        existing=await find_existing(repo, request.tag),
        checks=await _checks(repo, request, scope, configuration),
        workflow=await _workflow(repo, request, scope),
        environment=await _environment(reading, request, configuration),
    )


async def _permission(repo: RepositoryClient, request: ReleaseRequest) -> Permission:
    if request.author.is_bot:  # only a listed one comes this far
        return Permission.WRITE
    return await permission_of_person(repo, request.author)


async def _other(reading: Reading, request: ReleaseRequest) -> str:
    repository_id, component, branch = reading.repo.ref.id, request.component, request.branch
    other = await reading.database.read(
        lambda connection: underway_of(
            connection, repository_id, component=component, branch=branch, without=request.tag
        )
    )
    return other.tag if other is not None else ""


async def _checks(
    repo: RepositoryClient, request: ReleaseRequest, scope: Scope, configuration: RepositoryConfig
) -> tuple[CheckFact, ...]:
    """The checks of the commit, without those of earlier tries of the release itself."""
    runs = await list_runs(repo, head_sha=request.sha)
    own = {run.id for run in runs if is_of_release(run, scope.workflow, request.tag)}
    deploying = workflow_files(configuration.environments)
    return await read_checks(repo, request.sha, runs, deploying=deploying, without=own)


async def _workflow(repo: RepositoryClient, request: ReleaseRequest, scope: Scope) -> WorkflowFacts | None:
    file = scope.workflow
    if not file:
        return None
    text = await get_file(repo, f".github/workflows/{file}", ref=request.sha)
    if text is None:
        problem = f"is not there at {request.sha[:7]}"
        return WorkflowFacts(file=file, problem=problem, is_missing=True)
    found = text
    return await asyncio.to_thread(lambda: workflow_facts(file, found, tag=request.tag))


async def _environment(
    reading: Reading, request: ReleaseRequest, configuration: RepositoryConfig
) -> EnvironmentFacts | None:
    name = configuration.release.environment
    if not name:
        return None
    policy = environment_of(configuration, name)
    if policy is None:
        return EnvironmentFacts(name=name, is_known=False)
    found = EnvironmentFacts(
        name=name, is_known=True, freeze=policy.freeze, has_approvals=policy.approvals is not None
    )
    freeze, teams = policy.freeze, list[str]()
    if freeze is None or freeze.allow is None or open_window(freeze, reading.now) is None:
        return found
    for team in freeze.allow.teams:
        org, _, slug = team.partition("/")
        if await is_team_member(reading.repo, org=org, slug=slug, login=request.author.login):
            teams.append(team)
    return replace(found, teams=tuple(teams))
