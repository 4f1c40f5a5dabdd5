"""What a workflow run left behind beside its logs: uploaded artifacts, and the remarks of its jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.shapes_runs import AnnotationShape, ArtifactShape

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from bot.github.client import RepositoryClient
    from bot.github.models import Annotation
    from bot.github.run_models import Artifact

MOST_ARTIFACTS = 500  # listed of one run: five pages


async def list_artifacts(repo: RepositoryClient, run_id: int) -> tuple[Artifact, ...]:
    """This function will read the artifacts of a workflow run, of all its attempts, 500 at most."""
    found: list[Artifact] = []
    async for shape in repo.calls.pages(op.LIST_ARTIFACTS, ArtifactShape, {"run_id": run_id}):
        found.append(shape.to_artifact())
        if len(found) == MOST_ARTIFACTS:
            break
    return tuple(found)


async def list_named_artifacts(repo: RepositoryClient, run_id: int, name: str) -> tuple[Artifact, ...]:
    """This function will read the artifacts of this name of a workflow run, of all its attempts, in one call."""
    shapes = await repo.calls.page(op.LIST_ARTIFACTS, ArtifactShape, {"run_id": run_id}, {"name": name})
    return tuple(shape.to_artifact() for shape in shapes)


def open_artifact(
    repo: RepositoryClient, artifact_id: int
) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
    """This function will open an artifact's zip file as a stream of chunks of bytes, never whole in memory.

    Raises:
        NotFound: it was deleted or has expired.
        Unavailable: the stream broke off; open it again.
    """
    return repo.calls.stream(op.DOWNLOAD_ARTIFACT, {"artifact_id": artifact_id, "archive_format": "zip"})


async def job_annotations(repo: RepositoryClient, job_id: int) -> tuple[Annotation, ...]:
    """This function will read what was remarked on a job, in one call; a job's id is its check run's."""
    shapes = await repo.calls.page(op.LIST_ANNOTATIONS, AnnotationShape, {"check_run_id": job_id})
    return tuple(shape.to_annotation() for shape in shapes)
