"""Finds the jobs of a head that failed and then passed at the very same commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, select

from bot.diagnosis.model import Recovered
from bot.diagnosis.store import StoredReport
from bot.forms import decode
from bot.github.models import Conclusion
from bot.storage.tables import job_results, retries

if TYPE_CHECKING:
    from bot.github.models import RepositoryRef
    from bot.github.run_models import WorkflowRun
    from bot.storage.database import Database


async def recovered_jobs(
    database: Database, repository: RepositoryRef, runs: tuple[WorkflowRun, ...]
) -> tuple[Recovered, ...]:
    """This function will list the jobs of runs that failed in one attempt and passed in a later one."""
    again = tuple(run.id for run in runs if run.attempt > 1)
    if not again:
        return ()
    return await database.read(lambda connection: _recovered(connection, repository, again))


def _recovered(
    connection: Connection, repository: RepositoryRef, runs: tuple[int, ...]
) -> tuple[Recovered, ...]:
    query = (
        select(job_results)
        .where(job_results.c.repository_id == repository.id, job_results.c.run_id.in_(runs))
        .order_by(job_results.c.run_id, job_results.c.attempt, job_results.c.job_id)
    )
    jobs: dict[tuple[int, str], list[Row[tuple[object, ...]]]] = {}
    for row in connection.execute(query).all():
        jobs.setdefault((row.run_id, row.job), []).append(row)
    own = select(retries.c.job_id).where(retries.c.repository_id == repository.id)
    found = []
    for rows in jobs.values():
        newest = [row for row in rows if row.attempt == rows[-1].attempt]
        # Of jobs that share a name all must have passed: which of them is which cannot be told.
        failed = _failed([row for row in rows if row.attempt < newest[0].attempt])
        if failed is None or not all(row.passed for row in newest):
            continue
        row, message = failed
        is_ours = connection.execute(own.where(retries.c.job_id == row.job_id)).first() is not None
        found.append(
            Recovered(
                name=f"{row.workflow} / {row.job}",
                failed_url=row.url,
                passed_url=newest[0].url,
                message=message,
                retried=is_ours,
            )
        )
    return tuple(found)


def _failed(rows: list[Row[tuple[object, ...]]]) -> tuple[Row[tuple[object, ...]], str] | None:
    """The last failure among attempts of a job, with what it said; to be cancelled is none."""
    for row in reversed(rows):
        if row.passed or not row.report:
            continue
        report = decode(row.report, StoredReport)
        if report.job.conclusion is not Conclusion.CANCELLED:
            failures = report.diagnosis.failures
            return row, failures[0].message if failures else ""
    return None
