"""Reads how a proposed fix stands: its pull request or issue, and what its own build says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.diagnosis.store import reports_of
from bot.diagnosis.verdict.branches import BranchBuild, judge_build
from bot.diagnosis.verdict.verdicts import EXCUSES
from bot.github.actions import list_runs
from bot.github.errors import NotFound
from bot.github.issues import get_issue
from bot.github.models import Sha
from bot.github.pulls import get_pull
from bot.github.run_models import WorkflowRun  # noqa: TC001 - msgspec reads the annotations at run time
from bot.storage.tables import job_results
from bot.supervision.fixing.verdict.judging import ReadRun, judge_runs, runs_of
from bot.supervision.fixing.verdict.model import SeenBuild, Standing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.github.client import RepositoryClient
    from bot.storage.database import Database
    from bot.supervision.fixing.model import Fix, Trouble

_CLASHING = "dirty"  # https://docs.github.com/en/graphql/reference/enums#mergestatestatus


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRead:
    """What the build of a fix says, and which red runs were not diagnosed yet."""

    build: SeenBuild
    undiagnosed: tuple[WorkflowRun, ...] = ()


async def standing_of_fix(repo: RepositoryClient, fix: Fix) -> Standing:
    """This function will read how the pull request or the issue of a fix stands."""
    if fix.number is None:
        return Standing.GONE
    return await (_of_pull(repo, fix, fix.number) if fix.head_ref else _of_issue(repo, fix.number))


async def read_build(repo: RepositoryClient, database: Database, fix: Fix, *, now: datetime) -> BuildRead:
    """This function will read what the builds of a fix's commit say of its failure."""
    trouble = fix.trouble
    runs = runs_of(trouble, await list_runs(repo, head_sha=Sha(fix.head_sha)))
    read = [await _read(repo, database, trouble, run, now=now) for run in runs]
    passed = await database.read(partial(_passed, repo.ref.id, trouble))
    return BuildRead(
        build=judge_runs(trouble, read, passed),
        undiagnosed=tuple(each.run for each in read if each.reports is None),
    )


async def _of_pull(repo: RepositoryClient, fix: Fix, number: int) -> Standing:
    try:
        pull = await get_pull(repo, number)
    except NotFound:
        return Standing.GONE
    if pull.merged:
        return Standing.MERGED
    if not pull.is_open:
        return Standing.CLOSED
    if pull.head_sha != fix.head_sha:
        return Standing.TAKEN
    return Standing.CLASHES if pull.mergeable_state == _CLASHING else Standing.OPEN


async def _of_issue(repo: RepositoryClient, number: int) -> Standing:
    issue = await get_issue(repo, number)
    if issue is None:
        return Standing.GONE
    return Standing.OPEN if issue.state == "open" else Standing.CLOSED


async def _read(
    repo: RepositoryClient, database: Database, trouble: Trouble, run: WorkflowRun, *, now: datetime
) -> ReadRun:
    is_red = run.is_completed and run.conclusion is not None and run.conclusion.is_red
    if not is_red:
        return ReadRun(run=run)
    stored = await reports_of(database, repo.ref, run.id, run.attempt)
    if not stored:
        return ReadRun(run=run, reports=None)
    red = tuple(each for each in stored if each.job.conclusion is not None and each.job.conclusion.is_red)
    judging = [
        BranchBuild(repository_id=repo.ref.id, branch=trouble.branch, run=run, report=each) for each in red
    ]
    return ReadRun(run=run, reports=red, excused=await database.read(partial(_flaky, judging, now)))


def _flaky(judging: list[BranchBuild], now: datetime, connection: Connection) -> frozenset[str]:
    """What nobody's change is blamed for, as it was seen before."""
    return frozenset(
        evidence.fingerprint
        for each in judging
        for evidence in judge_build(connection, each, now=now)
        if evidence.verdict in EXCUSES
    )


def _passed(repository_id: int, trouble: Trouble, connection: Connection) -> frozenset[str]:
    """The jobs that passed in the build that broke."""
    query = select(job_results.c.job).where(
        job_results.c.repository_id == repository_id,
        job_results.c.run_id == trouble.run_id,
        job_results.c.attempt == trouble.attempt,
        job_results.c.passed.is_(True),
    )
    return frozenset(connection.scalars(query))
