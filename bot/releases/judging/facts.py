"""Gathers the facts that a release's decision rests on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.config.freezing import open_window
from bot.deployments.judging.fact_checks import read_checks
from bot.github.actions import list_runs
from bot.github.collaborators import permission_of_person
from bot.github.contents import get_file
from bot.github.git_data import tagged_commit
from bot.github.models import Permission
from bot.github.teams import is_team_member
from bot.releases.judging.existing import find_existing, is_of_release
from bot.releases.judging.fact_model import (
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
    from bot.releases.judging.fact_model import EnvironmentFacts
    from bot.releases.judging.policy import Policy
    from bot.releases.model import ReleaseRequest
    from bot.releases.notes.model import Notes
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where facts about a release are read, and when."""

    repo: RepositoryClient
    database: Database
    now: datetime


async def read_changes(repo: RepositoryClient, request: ReleaseRequest, policy: Policy) -> Notes | None:
    """This function will read what the release would hold; None where the policy does not know what is released.

    Raises:
        GitHubError: something could not be read; then nothing may be released.
    """
    config = policy.release
    scope = scope_of(config, request.component) if config is not None else None
    if config is None or not isinstance(scope, Scope):
        return None
    asked = AskedNotes(
        version=request.version,
        tag=scope.tag,
        branch=request.branch,
        sha=request.sha,
        paths=scope.paths,
        is_strict=config.sanity,
    )
    return await read_notes(repo, asked)


async def gather(
    reading: Reading, request: ReleaseRequest, policy: Policy, notes: Notes | None
) -> ReleaseFacts:
    """This function will read everything that decides about the release.

    Raises:
        GitHubError: something could not be read; then nothing may be released.
    """
    facts = await _of_moment(reading, request, policy)
    facts = replace(
        facts,
        web_url=notes.web_url if notes is not None else "",
        versions=notes.facts if notes is not None else None,
        other=await _other(reading, request),
        can_verify=can_verify(),
    )
    if facts.scope is None:
        return facts
    return replace(
        facts,
        existing=await find_existing(reading.repo, request.tag),
        workflow=await _workflow(reading.repo, request, facts.scope),
    )


async def gather_again(
    reading: Reading, request: ReleaseRequest, policy: Policy, before: ReleaseFacts
) -> ReleaseFacts:
    """This function will read again what may have changed while the release was made.

    What it is built by, and what it holds, belongs to its commit. The draft is its own by now.

    Raises:
        GitHubError: something could not be read; then nothing may be published.
    """
    facts = await _of_moment(reading, request, policy)
    return replace(
        before,
        now=facts.now,
        permission=facts.permission,
        mistakes=facts.mistakes,
        config=facts.config,
        scope=facts.scope,
        tag_sha=facts.tag_sha,
        checks=facts.checks,
        environment=facts.environment,
    )


async def _of_moment(reading: Reading, request: ReleaseRequest, policy: Policy) -> ReleaseFacts:
    """What is another at every moment."""
    repo, config = reading.repo, policy.release
    facts = ReleaseFacts(
        asked=asked_of(request),
        now=reading.now,
        web_url="",
        permission=await _permission(repo, request),
        mistakes=policy.mistakes,
        config=config,
    )
    scope = scope_of(config, request.component) if config is not None else None
    if not isinstance(scope, Scope):
        return facts
    return replace(
        facts,
        scope=scope,
        tag_sha=await tagged_commit(repo, request.tag),
        checks=await _checks(repo, request, scope, policy),
        environment=await _environment(reading, request, policy.environment),
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
    repo: RepositoryClient, request: ReleaseRequest, scope: Scope, policy: Policy
) -> tuple[CheckFact, ...]:
    """The checks of the commit, without those of earlier tries of the release itself."""
    runs = await list_runs(repo, head_sha=request.sha)
    own = {run.id for run in runs if is_of_release(run, scope.workflow, request.tag)}
    return await read_checks(repo, request.sha, runs, deploying=policy.deploying, without=own)


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
    reading: Reading, request: ReleaseRequest, found: EnvironmentFacts | None
) -> EnvironmentFacts | None:
    """The environment, with the asker's teams where it is closed at the moment."""
    freeze = found.freeze if found is not None else None
    if found is None or freeze is None or freeze.allow is None or open_window(freeze, reading.now) is None:
        return found
    teams: list[str] = []
    for team in freeze.allow.teams:
        org, _, slug = team.partition("/")
        if await is_team_member(reading.repo, org=org, slug=slug, login=request.author.login):
            teams.append(team)
    return replace(found, teams=tuple(teams))
