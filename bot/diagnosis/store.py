"""The rows of the diagnosis: how jobs ended, and which fingerprints were seen where."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, Row, delete, func, select

from bot.diagnosis.model import Diagnosis, Occurrence
from bot.github.run_models import Job  # noqa: TC001 - msgspec reads the annotations at run time
from bot.storage.tables import failures, job_results

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.github.models import RepositoryRef, Sha
    from bot.storage.database import Database

MOST_OCCURRENCES = 50
MOST_COUNTS = 20
LEAST_COUNTS = 3  # fewer tell nothing of what is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """The workflow run whose results are stored, and whose work it was."""

    repository: RepositoryRef
    run_id: int
    attempt: int
    workflow: str
    url: str
    head_sha: Sha
    branch: str
    author: str  # login of the pull request's author; empty for a push
    number: int | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobName:
    """What tells a job from the others of a repository, over all runs."""

    workflow: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """A job with what was read of it; of a green one that may be nothing."""

    job: Job
    diagnosis: Diagnosis


async def save_run(
    database: Database, record: RunRecord, *, reports: Iterable[StoredReport], passed: Iterable[StoredReport]
) -> None:
    """This function will store how the jobs of one attempt ended; no jobs at all means that all were green."""
    reports = tuple(reports)
    results = [_result(record, report) for report in reports] + [_passed(record, report) for report in passed]
    results = results or [_green(record)]
    seen = [row for report in reports for row in _failures(record, report)]

    def change(connection: Connection) -> None:
        this_attempt = (record.repository.id, record.run_id, record.attempt)
        for table in (job_results, failures):
            connection.execute(
                delete(table).where(
                    table.c.repository_id == this_attempt[0],
                    table.c.run_id == this_attempt[1],
                    table.c.attempt == this_attempt[2],
                )
            )
        connection.execute(job_results.insert(), results)
        if seen:
            connection.execute(failures.insert(), seen)

    await database.write(change)


async def known_attempts(
    database: Database, repository: RepositoryRef, head_sha: Sha
) -> set[tuple[int, int]]:
    """This function will list the (workflow run, attempt) pairs of a head SHA that are stored."""
    query = select(job_results.c.run_id, job_results.c.attempt).where(
        job_results.c.repository_id == repository.id, job_results.c.head_sha == head_sha
    )
    rows = await database.read(lambda connection: connection.execute(query.distinct()).all())
    return {(row.run_id, row.attempt) for row in rows}


async def knows_branch(database: Database, repository: RepositoryRef, branch: str) -> bool:
    """This function will say whether any result of the branch is stored."""
    query = (
        select(job_results.c.run_id)
        .where(job_results.c.repository_id == repository.id, job_results.c.branch == branch)
        .limit(1)
    )
    return await database.read(lambda connection: connection.execute(query).first()) is not None


async def reports_of(
    database: Database, repository: RepositoryRef, run_id: int, attempt: int
) -> tuple[StoredReport, ...]:
    """This function will return the red jobs of one attempt with their diagnoses."""
    query = (
        select(job_results.c.report)
        .where(
            job_results.c.repository_id == repository.id,
            job_results.c.run_id == run_id,
            job_results.c.attempt == attempt,
            job_results.c.passed.is_(False),
        )
        .order_by(job_results.c.job_id)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    return tuple(msgspec.json.decode(row.report, type=StoredReport) for row in rows)


async def occurrences(
    database: Database, repository: RepositoryRef, fingerprint: str, *, since: datetime
) -> tuple[Occurrence, ...]:
    """This function will return where else a fingerprint was seen, newest first, each branch once."""
    query = (
        select(failures)
        .where(
            failures.c.repository_id == repository.id,
            failures.c.fingerprint == fingerprint,
            failures.c.seen_at >= since,
        )
        .order_by(failures.c.seen_at.desc())
        .limit(MOST_OCCURRENCES * 4)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    newest: dict[str, Occurrence] = {}
    for row in rows:
        newest.setdefault(row.branch, _occurrence(row))
    return tuple(newest.values())[:MOST_OCCURRENCES]


async def passes_at(
    database: Database, repository: RepositoryRef, *, head_sha: Sha, name: JobName
) -> tuple[str, ...]:
    """This function will return links to the passes of a job at a head SHA; a green run passed all its jobs."""
    query = select(job_results.c.url).where(
        job_results.c.repository_id == repository.id,
        job_results.c.head_sha == head_sha,
        job_results.c.workflow == name.workflow,
        job_results.c.job.in_(("", name.job)),
        job_results.c.passed.is_(True),
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    return tuple(row.url for row in rows)


async def ran_on(
    database: Database, repository: RepositoryRef, *, branch: str, name: JobName, since: datetime
) -> bool:
    """This function will say whether the job has ended on the branch, green or red."""
    query = (
        select(job_results.c.run_id)
        .where(
            job_results.c.repository_id == repository.id,
            job_results.c.branch == branch,
            job_results.c.workflow == name.workflow,
            job_results.c.job.in_(("", name.job)),
            job_results.c.seen_at >= since,
        )
        .limit(1)
    )
    return await database.read(lambda connection: connection.execute(query).first()) is not None


async def last_pass(
    database: Database, repository: RepositoryRef, *, branch: str, name: JobName
) -> datetime | None:
    """This function will return when the job last passed on the branch, or None if it is not known to have."""
    query = select(func.max(job_results.c.seen_at)).where(
        job_results.c.repository_id == repository.id,
        job_results.c.branch == branch,
        job_results.c.workflow == name.workflow,
        job_results.c.job.in_(("", name.job)),
        job_results.c.passed.is_(True),
    )
    return await database.read(lambda connection: connection.execute(query).scalar())


async def usual_tests(
    database: Database, repository: RepositoryRef, *, name: JobName, but: int
) -> int | None:
    """This function will return how many tests the job usually runs, told by other runs than one; None for too few."""
    query = (
        select(job_results.c.tests_ran)
        .where(
            job_results.c.repository_id == repository.id,
            job_results.c.workflow == name.workflow,
            job_results.c.job == name.job,
            job_results.c.tests_ran.is_not(None),
            job_results.c.run_id != but,
        )
        .order_by(job_results.c.seen_at.desc())
        .limit(MOST_COUNTS)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    counts = [row.tests_ran for row in rows]
    return int(median(counts)) if len(counts) >= LEAST_COUNTS else None


def _common(record: RunRecord) -> dict[str, object]:
    return {
        "repository_id": record.repository.id,
        "run_id": record.run_id,
        "attempt": record.attempt,
        "workflow": record.workflow,
        "head_sha": record.head_sha,
        "branch": record.branch,
        "seen_at": record.seen_at,
    }


def _green(record: RunRecord) -> dict[str, object]:
    return _common(record) | {
        "job_id": 0,
        "job": "",
        "url": record.url,
        "passed": True,
        "report": "",
        **_told(Diagnosis()),
        "seconds": None,
        "queued_seconds": None,
        "labels": "",
    }


def _passed(record: RunRecord, report: StoredReport) -> dict[str, object]:
    return _result(record, report) | {"passed": True, "report": ""}


def _result(record: RunRecord, report: StoredReport) -> dict[str, object]:
    job = report.job
    encoded = msgspec.json.encode(report).decode()
    return (
        _common(record)
        | _told(report.diagnosis)
        | {
            "job_id": job.id,
            "job": job.name,
            "url": job.html_url,
            "passed": False,
            "report": encoded,
            "seconds": job.minutes * 60 if job.completed_at else None,
            "queued_seconds": job.queued_seconds,
            "labels": ",".join(job.labels),
        }
    )


def _told(diagnosis: Diagnosis) -> dict[str, object]:
    """What the log of a job tells beside its failures."""
    report, caches = diagnosis.report, diagnosis.caches
    return {
        "tests_ran": diagnosis.tests_ran,
        "suites": msgspec.json.encode(report).decode() if report else "",
        "caches_hit": caches.hits if caches else None,
        "caches_missed": caches.misses if caches else None,
    }


def _failures(record: RunRecord, report: StoredReport) -> list[dict[str, object]]:
    return [
        _common(record)
        | {
            "job_id": report.job.id,
            "job": report.job.name,
            "url": report.job.html_url,
            "position": position,
            "author": record.author,
            "number": record.number,
            "fingerprint": failure.fingerprint,
            "tool": failure.tool,
            "cause": failure.cause.value,
            "message": failure.message,
            "tests": msgspec.json.encode(failure.tests).decode(),
        }
        for position, failure in enumerate(report.diagnosis.failures)
    ]


def _occurrence(row: Row[tuple[object, ...]]) -> Occurrence:
    label = f"#{row.number}" if row.number else f"{row.branch} since {row.head_sha[:7]}"
    return Occurrence(label=label, url=row.url, author=row.author, branch=row.branch, at=row.seen_at)
