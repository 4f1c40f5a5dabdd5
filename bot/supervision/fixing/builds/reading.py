"""Reads the newest builds of a branch from GitHub, and what failed in them from what is stored."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.diagnosis.store import reports_of
from bot.diagnosis.verdict.branches import BranchBuild, judge_build
from bot.github.actions import list_branch_runs, list_runs
from bot.github.branches import get_branch
from bot.storage.tables import job_results
from bot.supervision.fixing.builds.ages import newest_builds
from bot.supervision.fixing.builds.model import Age, BranchLook, FailuresFound, Found, file_of
from bot.supervision.fixing.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.diagnosis.model import Evidence, Failure
    from bot.diagnosis.store import StoredReport
    from bot.github.client import RepositoryClient
    from bot.github.models import RepositoryRef
    from bot.storage.database import Database
    from bot.supervision.fixing.builds.model import Build

MOST_OF_A_JOB = 3  # failures, each of another tool
MOST_FOUND = 20


async def look_at_branch(repo: RepositoryClient, branch: str) -> BranchLook | None:
    """This function will read how the newest builds of a branch stand, in three calls; None where it is not there."""
    found = await get_branch(repo, branch)
    if found is None:
        return None
    finished = await list_branch_runs(repo, branch=branch)
    at_head = await list_runs(repo, head_sha=found.sha)
    mine = tuple(run for run in at_head if run.head_branch == branch)
    builds = newest_builds(finished, mine, repository=repo.ref.full_name, head_sha=found.sha)
    return BranchLook(branch=branch, head_sha=found.sha, builds=builds)


async def failures_in(
    database: Database, repository: RepositoryRef, look: BranchLook, *, now: datetime
) -> FailuresFound:
    """This function will return what failed in the red builds of a branch, and which were not diagnosed yet."""
    found: dict[str, Found] = {}
    undiagnosed = []
    for build in look.builds:
        if not build.is_red:
            continue
        reports = await reports_of(database, repository, build.run.id, build.run.attempt)
        if not reports:
            undiagnosed.append(build.run)
        red = [each for each in reports if each.job.conclusion is not None and each.job.conclusion.is_red]
        judging = tuple(
            BranchBuild(repository_id=repository.id, branch=look.branch, run=build.run, report=each)
            for each in red
        )
        said = await database.read(partial(_judged, judging, now))
        beside = tuple(dict.fromkeys(one.fingerprint for each in red for one in each.diagnosis.failures))
        for report, evidence in zip(red, said, strict=True):
            for failure, verdict in _foremost(report.diagnosis.failures, evidence):
                trouble = _trouble(look, build, report, failure)
                each = Found(trouble=replace(trouble, beside=beside), evidence=verdict, age=build.age)
                found.setdefault(failure.fingerprint, each)
    return FailuresFound(found=tuple(found.values())[:MOST_FOUND], undiagnosed=tuple(undiagnosed))


def last_pass(connection: Connection, repository_id: int, trouble: Trouble) -> int:
    """This function will return the newest run before the build at hand in which the job passed on the branch, or 0.

    What failed before it and fails again since is another failure, however alike.
    """
    query = select(func.max(job_results.c.run_id)).where(
        job_results.c.repository_id == repository_id,
        job_results.c.branch == trouble.branch,
        job_results.c.workflow == trouble.workflow,
        job_results.c.job.in_(("", trouble.job)),  # a green run of which no jobs are known passed them all
        job_results.c.passed.is_(True),
        job_results.c.run_id < trouble.run_id,
    )
    return connection.execute(query).scalar() or 0


def _judged(
    judging: tuple[BranchBuild, ...], now: datetime, connection: Connection
) -> list[tuple[Evidence, ...]]:
    return [judge_build(connection, each, now=now) for each in judging]


def _foremost(failures: Sequence[Failure], said: Sequence[Evidence]) -> list[tuple[Failure, Evidence]]:
    """The foremost failure of each tool: mending what one tool says first may mend what it says next."""
    tools: dict[str, tuple[Failure, Evidence]] = {}
    for failure, evidence in zip(failures, said, strict=True):
        tools.setdefault(failure.tool, (failure, evidence))
    return list(tools.values())[:MOST_OF_A_JOB]


def _trouble(look: BranchLook, build: Build, report: StoredReport, failure: Failure) -> Trouble:
    """What is to be fixed; where the newest commit does not build this workflow, it is fixed on that commit."""
    run = build.run
    return Trouble(
        branch=look.branch,
        base_sha=look.head_sha if build.age is Age.PASSED_BY else run.head_sha,
        run_id=run.id,
        run_url=run.html_url,
        workflow=run.name,
        job=report.job.name,
        job_url=report.job.html_url,
        failure=failure,
        path=file_of(run),
        attempt=run.attempt,
    )
