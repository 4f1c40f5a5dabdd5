"""The queries behind the test report, the metrics and the history of failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Select, select

from bot.diagnosis.model import Diagnosis, Judgement, SuiteReport
from bot.diagnosis.reporting.metrics import JobSample, is_red
from bot.diagnosis.store import StoredReport
from bot.forms import decode
from bot.github.models import Conclusion
from bot.storage.tables import failures, job_results, judgements

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.diagnosis.verdict.history import Scope
    from bot.storage.database import Database

MOST_SAMPLES = 20_000
MOST_EARLIER = 20  # reports of a job that newly slow tests are compared with
MOST_FAILURES = 5_000
MOST_RUNS = 12
_JOBS_EACH = 30  # of a run are looked at, on average
_SAMPLE = (
    job_results.c.workflow,
    job_results.c.job,
    job_results.c.run_id,
    job_results.c.attempt,
    job_results.c.job_id,
    job_results.c.branch,
    job_results.c.head_sha,
    job_results.c.passed,
    job_results.c.conclusion,
    job_results.c.seen_at,
    job_results.c.seconds,
    job_results.c.queued_seconds,
    job_results.c.labels,
    job_results.c.caches_hit,
    job_results.c.caches_missed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutcome:
    """How one job of an attempt ended, with what was read of its log."""

    sample: JobSample
    url: str
    report: SuiteReport | None
    diagnosis: Diagnosis
    tests_ran: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFailure:
    """One time a failure was seen."""

    fingerprint: str
    tool: str
    cause: str
    message: str
    tests: tuple[str, ...]
    workflow: str
    job: str
    job_id: int
    url: str
    branch: str
    head_sha: str
    author: str
    number: int | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfFailure:
    """What a person said about a fingerprint."""

    judgement: Judgement
    login: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRun:
    """One attempt of a workflow run that is stored."""

    run_id: int
    attempt: int
    workflow: str
    branch: str
    head_sha: str
    seen_at: datetime
    url: str  # of one of its jobs
    failed: bool


async def samples_since(
    database: Database,
    repository_id: int,
    *,
    since: datetime,
    workflow: str | None = None,
    most: int = MOST_SAMPLES,
) -> tuple[JobSample, ...]:
    """This function will return how the jobs of a repository, or of one workflow, ended since then, newest first."""
    query = _of(select(*_SAMPLE), repository_id, job_results.c.seen_at >= since)
    if workflow is not None:
        query = query.where(job_results.c.workflow == workflow)
    query = query.order_by(job_results.c.seen_at.desc(), job_results.c.run_id.desc()).limit(most)
    # Here and below the rows are made values in the database's thread: there may be many.
    return await database.read(
        lambda connection: tuple(_sample(row) for row in connection.execute(query).all())
    )


async def outcomes_of(
    database: Database, repository_id: int, runs: Iterable[tuple[int, int]]
) -> tuple[JobOutcome, ...]:
    """This function will return how the jobs of some attempts, given by run id and attempt, ended."""
    wanted = set(runs)
    query = _of(
        select(
            *_SAMPLE,
            job_results.c.url,
            job_results.c.suites,
            job_results.c.report.label("told"),
            job_results.c.tests_ran,
        ),
        repository_id,
        job_results.c.run_id.in_({run_id for run_id, _ in wanted}),
    ).order_by(job_results.c.workflow, job_results.c.run_id, job_results.c.job, job_results.c.job_id)
    return await database.read(
        lambda connection: tuple(
            _outcome(row) for row in connection.execute(query).all() if (row.run_id, row.attempt) in wanted
        )
    )


async def earlier_reports(database: Database, scope: Scope, *, but: int) -> tuple[SuiteReport, ...]:
    """This function will return the newest test reports of a job on its base, those of one run left out."""
    query = (
        _of(
            select(job_results.c.suites),
            scope.repository_id,
            job_results.c.branch == scope.base,
            job_results.c.workflow == scope.workflow,
            job_results.c.job == scope.job,
            job_results.c.run_id != but,
            job_results.c.suites != "",
            job_results.c.seen_at >= scope.since,
        )
        .order_by(job_results.c.seen_at.desc())
        .limit(MOST_EARLIER)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    return tuple(decode(row.suites, SuiteReport) for row in rows)


async def failures_since(
    database: Database, repository_id: int, *, since: datetime
) -> tuple[SeenFailure, ...]:
    """This function will return every time a failure was seen since then, newest first."""
    query = (
        select(failures)
        .where(failures.c.repository_id == repository_id, failures.c.seen_at >= since)
        .order_by(failures.c.seen_at.desc(), failures.c.job_id, failures.c.position)
        .limit(MOST_FAILURES)
    )
    return await database.read(
        lambda connection: tuple(_failure(row) for row in connection.execute(query).all())
    )


async def all_said(database: Database, repository_id: int) -> dict[str, SaidOfFailure]:
    """This function will return what people said about a repository's failures, by fingerprint."""
    query = select(judgements).where(judgements.c.repository_id == repository_id)
    rows = await database.read(lambda connection: connection.execute(query).all())
    return {
        row.fingerprint: SaidOfFailure(judgement=Judgement(row.judgement), login=row.login, url=row.url)
        for row in rows
    }


async def newest_runs(database: Database, repository_id: int) -> tuple[SeenRun, ...]:
    """This function will return the newest attempts that are stored, newest first."""
    query = (
        _of(select(*_SAMPLE, job_results.c.url), repository_id)
        .order_by(job_results.c.seen_at.desc(), job_results.c.run_id.desc())
        .limit(MOST_RUNS * _JOBS_EACH)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    jobs: dict[tuple[int, int], list[Row[tuple[object, ...]]]] = {}
    for row in rows:
        jobs.setdefault((row.run_id, row.attempt), []).append(row)
    return tuple(_run(one) for one in list(jobs.values())[:MOST_RUNS])


def newest_address(connection: Connection, repository_id: int) -> str:
    """This function will return the address of a job of the newest run that is stored; empty where none is."""
    query = select(job_results.c.url).where(job_results.c.repository_id == repository_id)
    return connection.execute(query.order_by(job_results.c.run_id.desc()).limit(1)).scalar() or ""


def _run(jobs: Sequence[Row[tuple[object, ...]]]) -> SeenRun:
    first = jobs[0]
    return SeenRun(
        run_id=first.run_id,
        attempt=first.attempt,
        workflow=first.workflow,
        branch=first.branch,
        head_sha=first.head_sha,
        seen_at=first.seen_at,
        url=first.url,
        failed=is_red(_sample(job) for job in jobs),
    )


def _of(
    query: Select[tuple[object, ...]], repository_id: int, *conditions: ColumnElement[bool]
) -> Select[tuple[object, ...]]:
    return query.where(job_results.c.repository_id == repository_id, *conditions)


def _sample(row: Row[Any]) -> JobSample:
    # In the order of _SAMPLE, and not by name: there may be thousands of rows, and it takes half the time.
    workflow, job, run_id, attempt, job_id, branch, head_sha, passed, conclusion, seen_at, *measured = tuple(
        row
    )
    seconds, queued, labels, caches_hit, caches_missed, *_ = measured
    return JobSample(
        workflow=workflow,
        job=job,
        run_id=run_id,
        attempt=attempt,
        job_id=job_id,
        branch=branch,
        head_sha=head_sha,
        passed=passed,
        cancelled=conclusion == Conclusion.CANCELLED,
        seen_at=seen_at,
        seconds=seconds,
        queued=queued,
        labels=tuple(labels.split(",")) if labels else (),
        caches_hit=caches_hit,
        caches_missed=caches_missed,
    )


def _outcome(row: Row[tuple[object, ...]]) -> JobOutcome:
    told = decode(row.told, StoredReport).diagnosis if row.told else Diagnosis()
    return JobOutcome(
        sample=_sample(row),
        url=row.url,
        report=decode(row.suites, SuiteReport) if row.suites else None,
        diagnosis=told,
        tests_ran=row.tests_ran,
    )


def _failure(row: Row[tuple[object, ...]]) -> SeenFailure:
    return SeenFailure(
        fingerprint=row.fingerprint,
        tool=row.tool,
        cause=row.cause,
        message=row.message,
        tests=decode(row.tests, tuple[str, ...]),
        workflow=row.workflow,
        job=row.job,
        job_id=row.job_id,
        url=row.url,
        branch=row.branch,
        head_sha=row.head_sha,
        author=row.author,
        number=row.number,
        seen_at=row.seen_at,
    )
