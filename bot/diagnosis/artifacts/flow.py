"""Fetches what a finished run left behind beside its logs, within a budget, and reads it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

import structlog

from bot.diagnosis.artifacts.archive import read_archive
from bot.diagnosis.artifacts.choose import MOST_OF_ONE, choose
from bot.diagnosis.artifacts.model import ArtifactReading, JobRemarks, Readings
from bot.github.artifacts import job_annotations, list_artifacts, open_artifact
from bot.github.checks import list_checks
from bot.github.errors import GitHubError, NotFound
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.store import StoredReport
    from bot.github.client import RepositoryClient
    from bot.github.run_models import Artifact, Job, WorkflowRun

MOST_REMARKED = 30  # red jobs whose annotations are read
MOST_SAID = 2_000  # characters of an annotation
IN_MEMORY = 1 << 20  # bytes of an archive; beyond it lies in a temporary file
_EXIT = 1
_LOG = structlog.get_logger()


class ArtifactReader:
    """Reads the artifacts and annotations of runs, a thread beside the event loop doing the reading."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="artifacts")

    async def read(
        self, repo: RepositoryClient, run: WorkflowRun, reports: Sequence[StoredReport]
    ) -> Readings:
        """This function will read what the attempt left behind; what cannot be had is left out or named.

        Args:
            repo: Where the run is.
            run: One finished attempt.
            reports: All its jobs with what their logs say.
        """
        jobs = [report.job for report in reports]
        try:
            chosen = choose(await list_artifacts(repo, run.id), run, jobs)
        except GitHubError as error:
            _LOG.warning("artifacts_not_listed", run_id=run.id, error=str(error))
            chosen = ()
        artifacts = [await self._artifact(repo, one) for one in chosen]
        remarked = await _remarked(repo, run, reports)
        remarks = [await _remarks(repo, job) for job in remarked[:MOST_REMARKED]]
        return Readings(
            artifacts=tuple(one for one in artifacts if one.failures or one.report or one.problems),
            remarks=tuple(one for one in remarks if one.annotations),
        )

    async def _artifact(self, repo: RepositoryClient, artifact: Artifact) -> ArtifactReading:
        # The file belongs to the reading alone and is gone with it.
        with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            problem = await self._download(repo, artifact, spool)
            if problem:
                _LOG.info("artifact_not_read", artifact_id=artifact.id, problem=problem)
                return _reading(artifact, problems=(problem,))
            loop = asyncio.get_running_loop()
            reading = await loop.run_in_executor(self._thread, _read, spool, artifact)
        if reading.problems:
            _LOG.info("artifact_damaged", artifact_id=artifact.id, problems=len(reading.problems))
        return reading

    async def _download(self, repo: RepositoryClient, artifact: Artifact, spool: IO[bytes]) -> str:
        """Why it could not be downloaded, or nothing."""
        loop = asyncio.get_running_loop()
        size = 0
        try:
            async with open_artifact(repo, artifact.id) as chunks:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > MOST_OF_ONE:
                        return "it is larger than GitHub said"
                    await loop.run_in_executor(self._thread, spool.write, chunk)
        except NotFound:
            return "GitHub no longer has it"
        except GitHubError as error:
            return f"it could not be downloaded: {error}"
        return ""


def _read(spool: IO[bytes], artifact: Artifact) -> ArtifactReading:
    spool.seek(0)
    contents = read_archive(spool)
    name = redact(artifact.name)
    return ArtifactReading(
        id=artifact.id,
        name=name,
        created_at=artifact.created_at,
        failures=contents.failures(),
        report=contents.report(name),
        problems=tuple(contents.problems),
    )


def _reading(artifact: Artifact, *, problems: tuple[str, ...]) -> ArtifactReading:
    return ArtifactReading(
        id=artifact.id, name=redact(artifact.name), created_at=artifact.created_at, problems=problems
    )


async def _remarked(repo: RepositoryClient, run: WorkflowRun, reports: Sequence[StoredReport]) -> list[Job]:
    """The red jobs whose annotations may say more than their logs, told by one call for all of them."""
    red = [one for one in reports if one.job.conclusion is not None and one.job.conclusion.is_red]
    if not red:
        return []
    try:
        counts = {check.id: check.annotations for check in await list_checks(repo, run.head_sha)}
    except GitHubError as error:
        _LOG.info("annotations_not_listed", run_id=run.id, error=str(error))
        return []
    # One alone is what the runner says of every red step: that it ended with an exit code.
    return [one.job for one in red if counts.get(one.job.id, 0) > (_EXIT if one.diagnosis.failures else 0)]


async def _remarks(repo: RepositoryClient, job: Job) -> JobRemarks:
    try:
        found = await job_annotations(repo, job.id)
    except GitHubError as error:
        _LOG.info("annotations_not_read", job_id=job.id, error=str(error))
        found = ()
    # Masked before they are kept: the engine stores what a step returns.
    masked = (
        replace(
            one,
            path=redact(one.path[:MOST_SAID]),
            message=redact(one.message[:MOST_SAID]),
            title=redact(one.title[:MOST_SAID]),
        )
        for one in found
        if one.level == "failure"
    )
    return JobRemarks(job_id=job.id, annotations=tuple(masked))
