"""Reads how the checks of a commit stand: check runs of every App and commit statuses, the newest of each name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.fact_model import CheckFact
from bot.github.actions import list_jobs
from bot.github.checks import list_checks
from bot.github.statuses import list_statuses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.github.client import RepositoryClient
    from bot.github.models import CheckRun, CommitStatus, Sha
    from bot.github.run_models import WorkflowRun


async def read_checks(
    repo: RepositoryClient, sha: Sha, runs: Sequence[WorkflowRun], *, deploying: Collection[str]
) -> tuple[CheckFact, ...]:
    """This function will read the checks of the commit, without our own and those of the workflows that deploy.

    Their own end must not keep the next deployment from happening.
    """
    own = (await repo.identity()).id
    jobs = await _deploy_jobs(repo, runs, deploying)
    checks = await list_checks(repo, sha)
    statuses = await list_statuses(repo, sha)
    counted = [check for check in checks if check.app_id != own and check.id not in jobs]
    return (*newest_checks(counted), *newest_statuses(statuses))


def newest_checks(checks: Iterable[CheckRun]) -> tuple[CheckFact, ...]:
    """This function will keep the newest check run of each App and name: a re-run hides what it repeats."""
    newest: dict[tuple[int | None, str], CheckRun] = {}
    for check in sorted(checks, key=lambda one: one.id):
        newest[check.app_id, check.name] = check
    return tuple(
        CheckFact(
            name=check.name,
            status=check.status,
            conclusion=check.conclusion or "",
            app_id=check.app_id,
            url=check.html_url,
        )
        for check in newest.values()
    )


def newest_statuses(statuses: Iterable[CommitStatus]) -> tuple[CheckFact, ...]:
    """This function will keep the newest status of each context, which come newest first."""
    newest: dict[str, CommitStatus] = {}
    for status in statuses:
        newest.setdefault(status.context, status)
    return tuple(
        CheckFact(
            name=status.context,
            status="pending" if status.state == "pending" else "completed",
            conclusion="" if status.state == "pending" else status.state,
            url=status.target_url,
        )
        for status in newest.values()
    )


async def _deploy_jobs(
    repo: RepositoryClient, runs: Sequence[WorkflowRun], deploying: Collection[str]
) -> frozenset[int]:
    """The check runs of dispatched deploy workflows.

    GitHub gives a job and its check run the same id.
    """
    found: set[int] = set()
    for run in runs:
        if run.event == "workflow_dispatch" and run.path.partition("@")[0].rpartition("/")[2] in deploying:
            found |= {job.id for job in await list_jobs(repo, run.id, run.attempt)}
    return frozenset(found)
