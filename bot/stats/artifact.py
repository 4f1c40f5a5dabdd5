"""Fetches the artifact in which a workflow run tells its figures, within bounds, and reads the one file in it."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from bot.github.artifacts import list_named_artifacts, open_artifact
from bot.github.errors import NotFound
from bot.pack.model import METRICS
from bot.stats.model import Figures
from bot.stats.reading import FILE, MOST_BYTES, read_figures

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.run_models import Artifact, WorkflowRun

_MOST_PACKED = 256 * 1024  # bytes: text packs well, and the file itself may not be larger


async def fetch_figures(repo: RepositoryClient, run: WorkflowRun) -> Figures:
    """This function will read what the attempt told, in two calls; none where it told nothing.

    Raises:
        GitHubError: GitHub is down for now.
    """
    found = [one for one in await list_named_artifacts(repo, run.id, METRICS) if _is_of(one, run)]
    if not found:
        return Figures()
    artifact = max(found, key=lambda one: one.id)
    if artifact.size > _MOST_PACKED:
        return Figures(problem="the artifact is larger than figures are")
    try:
        return read_packed(await _download(repo, artifact))
    except NotFound:
        return Figures(problem="GitHub no longer has the artifact")


def _is_of(artifact: Artifact, run: WorkflowRun) -> bool:
    """Whether this attempt uploaded it: what an earlier one told is listed, too."""
    begun, made = run.started_at, artifact.created_at
    return not artifact.expired and (begun is None or made is None or made >= begun)


async def _download(repo: RepositoryClient, artifact: Artifact) -> bytes:
    content = bytearray()
    async with open_artifact(repo, artifact.id) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > _MOST_PACKED:
                break
    return bytes(content)


def read_packed(content: bytes) -> Figures:
    """This function will read the figures in the zip file of an artifact, whatever somebody put there."""
    if len(content) > _MOST_PACKED:
        return Figures(problem="the artifact is larger than GitHub said")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(FILE) as opened:
            # What an archive says of its sizes is its writer's word: no more than this ever comes out.
            return read_figures(opened.read(MOST_BYTES + 1))
    except KeyError:
        return Figures(problem=f"the artifact holds no {FILE}")
    except Exception as error:  # noqa: BLE001 - zipfile raises half a dozen kinds at what is damaged
        return Figures(problem=f"the artifact is damaged: {type(error).__name__}")
