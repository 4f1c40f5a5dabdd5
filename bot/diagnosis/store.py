"""The rows of the diagnosis: how jobs ended, and which fingerprints were seen where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, delete, select

from bot.diagnosis.credible import credible
from bot.diagnosis.model import Diagnosis
from bot.forms import decode
from bot.github.models import Conclusion
from bot.github.run_models import Job  # noqa: TC001 - msgspec reads the annotations at run time
from bot.storage.tables import failures, job_results

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.github.models import RepositoryRef, Sha
    from bot.storage.database import Database


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
    is_green: bool  # the run's own conclusion is success


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """A job with what was read of it; of a green one that may be nothing."""

    job: Job
    diagnosis: Diagnosis


async def save_run(
    database: Database, record: RunRecord, *, reports: Iterable[StoredReport], passed: Iterable[StoredReport]
) -> None:
    """This function will store how the jobs of one attempt ended; a green run without jobs passed them all."""
    reports = tuple(reports)
    results = [_result(record, report) for report in reports] + [_passed(record, report) for report in passed]
    if not results and not record.is_green:
        return  # cancelled or skipped before it had a job: nothing passed, nothing failed
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
            job_results.c.report != "",
        )
        .order_by(job_results.c.job_id)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    return tuple(decode(row.report, StoredReport) for row in rows)


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
        "conclusion": Conclusion.SUCCESS.value,
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
            "conclusion": job.conclusion.value if job.conclusion else "",
            "report": encoded,
            "seconds": job.minutes * 60 if job.completed_at else None,
            "queued_seconds": job.queued_seconds,
            "labels": ",".join(job.labels),
        }
    )


def _told(diagnosis: Diagnosis) -> dict[str, object]:
    """What the log of a job tells beside its failures."""
    report, caches = credible(diagnosis.report), diagnosis.caches
    return {
        "tests_ran": report.ran if report else None,
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
