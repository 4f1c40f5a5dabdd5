"""Looks at the head that is to be tested, and at workflow runs that are followed: how they stand, and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.deployments.judging.fact_pull import pushed_at
from bot.diagnosis.model import Failure
from bot.diagnosis.reading import JobLogs
from bot.diagnosis.template_store import known_templates
from bot.github.actions import get_run, list_jobs, list_runs
from bot.github.errors import GitHubError
from bot.github.pulls import get_pull
from bot.github.run_models import Job, WorkflowRun
from bot.pack.model import CHECKS
from bot.suites.model import RedJob, SeenHead

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.storage.database import Database
    from bot.suites.model import SuiteRun

_log = structlog.get_logger()
_MOST_LOGS = 3  # of one workflow run; the rest are named
_MOST_FAILURES = 3


async def see_head(repo: RepositoryClient, number: int) -> SeenHead:
    """This function will read a pull request's head, and since when GitHub has known it.

    Raises:
        GitHubError: it could not be read.
    """
    pull = await get_pull(repo, number)
    return SeenHead(pull=pull, pushed_at=pushed_at(await list_runs(repo, head_sha=pull.head_sha)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Looks at workflow runs, and reads the logs of red jobs as a diagnosis does."""

    database: Database
    logs: JobLogs = field(default_factory=JobLogs)

    async def look(self, run: Run, repo: RepositoryClient, one: SuiteRun) -> SuiteRun:
        """This function will return it as it stands now; where GitHub does not tell, as it was seen last."""
        if one.is_over:
            return one
        name = one.workflow_run_id
        try:
            seen = await run.step(f"look {name}", partial(get_run, repo, name), returns=WorkflowRun)
            if seen.conclusion is None or not seen.conclusion.is_red:
                return replace(one, run=seen)
            act = partial(list_jobs, repo, seen.id, seen.attempt)
            jobs = await run.step(f"jobs {name}", act, returns=tuple[Job, ...])
        except GitHubError as error:
            _log.warning("suite_not_read", workflow_run_id=name, error=str(error))
            return one
        red = _red(jobs, CHECKS[one.target.workflow])
        told = [RedJob(job=job, failures=await self._why(run, repo, seen, job)) for job in red[:_MOST_LOGS]]
        return replace(one, run=seen, red=(*told, *(RedJob(job=job) for job in red[_MOST_LOGS:])))

    async def _why(
        self, run: Run, repo: RepositoryClient, seen: WorkflowRun, job: Job
    ) -> tuple[Failure, ...]:
        async def read() -> tuple[Failure, ...]:
            known = await known_templates(self.database, repo.ref, seen.name)
            failures = (await self.logs.diagnose(repo, job, known=known)).failures[:_MOST_FAILURES]
            return tuple(replace(one, excerpt=()) for one in failures)  # the log has them

        return await run.step(f"read log {job.id}", read, returns=tuple[Failure, ...])


def _red(jobs: tuple[Job, ...], gathering: str) -> list[Job]:
    """The red jobs; the one that is red because others are says nothing of its own, where there are others."""
    red = [job for job in jobs if job.conclusion is not None and job.conclusion.is_red]
    own = [job for job in red if job.name != gathering and not job.name.startswith(f"{gathering} (")]
    return own or red
