"""Reads why a batch is red: what its logs say first, and whether all that failed is known to fail without a cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.diagnosis.store import StoredReport, reports_of
from bot.diagnosis.verdict.evidence import Failed, Judge
from bot.github.actions import list_runs
from bot.github.models import Actor, PullRequest, Sha
from bot.merging.train.model import FailedCheck  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.diagnosis.model import JobReport
    from bot.github.client import RepositoryClient
    from bot.github.run_models import WorkflowRun
    from bot.merging.model import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a batch is red."""

    failed: tuple[FailedCheck, ...]
    is_known_flaky: bool
    is_read: bool  # whether the logs of every red workflow run were read


@dataclass(frozen=True, slots=True)
class Causes:
    """Finds causes by what the diagnosis has stored of the batch's workflow runs."""

    services: Services

    async def of(
        self, repo: RepositoryClient, batch: Batch, failed: tuple[FailedCheck, ...], *, now: datetime
    ) -> Cause:
        """This function will say why these checks of the batch are red, as far as its logs were read."""
        jobs: dict[str, JobReport] = {}
        is_read = True
        for run in await list_runs(repo, head_sha=Sha(batch.head_sha)):
            reports = await reports_of(self.services.database, repo.ref, run.id, run.attempt)
            is_red = run.conclusion is not None and run.conclusion.is_red
            is_read = is_read and (bool(reports) or not is_red)
            for report in reports:
                jobs[report.job.name] = await self._judged(repo, batch, run, report, now)
        chance = {name for name, job in jobs.items() if job.evidence.is_chance}
        return Cause(
            failed=tuple(replace(check, detail=_detail(jobs.get(check.name))) for check in failed),
            is_known_flaky=all(check.name in chance for check in failed),
            is_read=is_read,
        )

    async def _judged(
        self, repo: RepositoryClient, batch: Batch, run: WorkflowRun, report: StoredReport, now: datetime
    ) -> JobReport:
        judge = Judge(self.services.database, merge_base=_nowhere)
        failed = Failed(repository=repo.ref, pull=_as_pull(repo, batch), run=run, report=report)
        return await judge.report(failed, now=now)


def _as_pull(repo: RepositoryClient, batch: Batch) -> PullRequest:
    """A batch is judged as a pull request would be that has all its changes and nobody for its author."""
    name = repo.ref.full_name
    return PullRequest(
        number=0,
        title="",
        state="open",
        draft=False,
        merged=False,
        author=Actor(id=0, login=""),
        head_sha=Sha(batch.head_sha),
        head_ref=batch.branch,
        head_repository=name,
        base_sha=batch.base_sha,
        base_ref=batch.base_ref,
        base_repository=name,
    )


async def _nowhere() -> str:
    """A batch left its base nowhere: it lies right on it."""
    return ""


def _detail(job: JobReport | None) -> str:
    failures = job.diagnosis.failures if job is not None else ()
    return failures[0].message if failures else ""
