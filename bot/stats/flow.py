"""The story of an ended workflow run of the pack: its times and what it tells of itself are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.config.repository import ConfigurationErrors, read_configuration
from bot.github.errors import GitHubError
from bot.github.limits import Priority
from bot.stats.artifact import fetch_figures
from bot.stats.model import TELLING, Figures, PipelineRun, measured_file
from bot.stats.store import keep_run

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.github.app import GitHub
    from bot.github.client import RepositoryClient
    from bot.github.run_models import WorkflowRun
    from bot.pack.model import Workflow
    from bot.stats.model import NoteRun
    from bot.storage.database import Database

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noter:
    """Notes how workflow runs of the pack went."""

    github: GitHub
    database: Database

    async def note(self, run: Run, request: NoteRun) -> None:
        """This function will keep how long the run took and what it told, where the repository's policy has that."""
        repo = self.github.repository(request.repository, priority=Priority.SUMMARY)
        workflow = measured_file(request.run.path)
        if workflow is None or request.run.head_repository != repo.ref.full_name:
            return  # of a fork's run the workflow itself is a stranger's
        if not await run.step("is wanted", lambda: _is_wanted(repo), returns=bool):
            return
        figures = Figures()
        if workflow in TELLING:
            figures = await run.step("figures", partial(_figures, repo, request.run), returns=Figures)
        kept = _kept(repo, request.run, workflow, figures)
        database = self.database
        await run.step(
            "keep", lambda: database.write(lambda connection: keep_run(connection, kept)), returns=None
        )


async def _is_wanted(repo: RepositoryClient) -> bool:
    config = await read_configuration(repo)
    if isinstance(config, ConfigurationErrors):
        return False
    return config.pipeline is not None and config.pipeline.metrics


async def _figures(repo: RepositoryClient, run: WorkflowRun) -> Figures:
    try:
        return await fetch_figures(repo, run)
    except GitHubError as error:  # how long it took is known all the same
        _log.warning("figures_not_read", run_id=run.id, error=str(error))
        return Figures(problem="GitHub did not hand the artifact out")


def _kept(repo: RepositoryClient, run: WorkflowRun, workflow: Workflow, figures: Figures) -> PipelineRun:
    begun = run.started_at or run.created_at
    seconds = round((run.updated_at - begun).total_seconds())
    return PipelineRun(
        repository_id=repo.ref.id,
        run_id=run.id,
        attempt=run.attempt,
        workflow=workflow,
        branch=run.head_branch or "",
        is_default=run.head_branch == repo.ref.default_branch,
        event=run.event,
        head_sha=run.head_sha,
        conclusion=run.conclusion.value if run.conclusion is not None else "",
        seconds=seconds if seconds >= 0 else None,
        url=run.html_url,
        ended_at=run.updated_at,
        figures=figures,
    )
