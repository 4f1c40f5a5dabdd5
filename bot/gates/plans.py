"""Fetches what a workflow run says of the plan it made, and of the artifacts it pushed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.gates.plan_summary import (
    MOST_PACKED,
    PlanProblem,
    digest_from,
    missing_plan,
    plan_from,
    too_large,
)
from bot.github.artifacts import list_artifacts, open_artifact
from bot.github.errors import NotFound

if TYPE_CHECKING:
    from bot.gates.model import PlanSummary
    from bot.github.client import RepositoryClient
    from bot.github.run_models import Artifact

__all__ = ["PUSHED", "PlanProblem", "read_artifact_digest", "read_plan"]

PUSHED = "pilothouse-artifacts"  # the artifact in which a pushing job says what it pushed


async def read_plan(
    repo: RepositoryClient, workflow_run_id: int, artifact: str, *, run_url: str = ""
) -> PlanSummary | PlanProblem:
    """This function will read the newest plan that a workflow run has uploaded.

    Args:
        repo: Where the run is.
        workflow_run_id: The run that planned; its jobs may have run again, and then the newest artifact counts.
        artifact: The artifact's name.
        run_url: Where people see the plan in full.

    Raises:
        GitHubError: it could not be read at all, which must stop what waits for it.
    """
    found = await _newest(repo, workflow_run_id, artifact)
    if found is None:
        return missing_plan(artifact)
    try:
        content = await _download(repo, found)
    except NotFound:
        return missing_plan(artifact)
    if content is None:
        return too_large(artifact)
    return await asyncio.to_thread(plan_from, content, artifact, run_url=run_url)


async def read_artifact_digest(repo: RepositoryClient, workflow_run_id: int) -> str:
    """This function will read the digest of what a run pushed; most runs do not say it, and give "".

    Raises:
        GitHubError: it could not be read at all.
    """
    found = await _newest(repo, workflow_run_id, PUSHED)
    if found is None:
        return ""
    try:
        content = await _download(repo, found)
    except NotFound:
        return ""
    return "" if content is None else await asyncio.to_thread(digest_from, content)


async def _newest(repo: RepositoryClient, workflow_run_id: int, name: str) -> Artifact | None:
    listed = await list_artifacts(repo, workflow_run_id)
    return max(
        (one for one in listed if one.name == name and not one.expired), key=lambda one: one.id, default=None
    )


async def _download(repo: RepositoryClient, artifact: Artifact) -> bytes | None:
    """The artifact's bytes, or None where it is larger than it may be, whatever GitHub said of its size."""
    if artifact.size > MOST_PACKED:
        return None
    content = bytearray()
    async with open_artifact(repo, artifact.id) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > MOST_PACKED:
                return None
    return bytes(content)
