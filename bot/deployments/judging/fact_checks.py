"""Reads how the checks of a commit stand: check runs of every App and commit statuses, the newest of each name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.deployments.judging.fact_model import CheckFact
from bot.github.actions import list_jobs
from bot.github.checks import list_checks
from bot.github.statuses import list_statuses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.github.client import RepositoryClient
    from bot.github.models import CheckRun, CommitStatus, Sha
    from bot.github.run_models import WorkflowRun


async def read_checks(
    repo: RepositoryClient,
    sha: Sha,
    runs: Sequence[WorkflowRun],
    *,
    deploying: Collection[str],
    without: Collection[int] = (),
) -> tuple[CheckFact, ...]:
    """This function will read the checks of the commit, without our own and those of the workflows that deploy.

    Their own end must not keep the next deployment from happening; nor that of the workflow runs in `without`.
    """
    own = (await repo.identity()).id
    ignored = await _jobs(repo, [run for run in runs if run.id in without or _deploys(run, deploying)])
    checks = [
        check
        for check in await list_checks(repo, sha, every_attempt=True)
        if check.app_id != own and check.id not in ignored
    ]
    names = Counter((check.app_id, check.name) for check in checks)
    # A name may stand for jobs of several workflows; only then it is asked which is which.
    is_shared = max(names.values(), default=0) > 1
    workflows = await _jobs(repo, [run for run in runs if not _deploys(run, deploying)]) if is_shared else {}
    return (*newest_checks(checks, workflows), *newest_statuses(await list_statuses(repo, sha)))


def newest_checks(checks: Iterable[CheckRun], workflows: Mapping[int, str]) -> tuple[CheckFact, ...]:
    """This function will keep the newest check run of each App and name: a re-run hides what it repeats.

    Args:
        checks: Of every attempt.
        workflows: The file of the workflow of each job, by the id of its check run; a job of the same name in another
            workflow is another check.
    """
    newest = {
        (check.app_id, check.name, workflows.get(check.id, "")): check
        for check in sorted(checks, key=lambda one: one.id)
    }
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


def _deploys(run: WorkflowRun, deploying: Collection[str]) -> bool:
    return run.event == "workflow_dispatch" and _file(run) in deploying


async def _jobs(repo: RepositoryClient, runs: Sequence[WorkflowRun]) -> dict[int, str]:
    """The workflow's file of each job of every attempt; GitHub gives a job and its check run the same id."""
    found: dict[int, str] = {}
    for run in runs:
        for attempt in range(1, run.attempt + 1):
            found |= {job.id: _file(run) for job in await list_jobs(repo, run.id, attempt)}
    return found


def _file(run: WorkflowRun) -> str:
    return run.path.partition("@")[0].rpartition("/")[2]
