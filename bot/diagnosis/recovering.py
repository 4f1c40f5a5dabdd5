"""Finds the jobs of a head that failed and then passed at the very same commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, select

from bot.diagnosis.model import Recovered
from bot.diagnosis.store import StoredReport
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
    own = select(retries.c.job_id).where(retries.c.repository_id == repository.id)
    red: dict[tuple[int, str], tuple[str, str, bool]] = {}
    found: dict[tuple[int, str], Recovered] = {}
    for row in connection.execute(query).all():
        key = (row.run_id, row.job)
        if row.passed and key in red:
            url, message, is_ours = red[key]
            found[key] = Recovered(
                name=f"{row.workflow} / {row.job}",
                failed_url=url,
                passed_url=row.url,
                message=message,
                retried=is_ours,
            )
        elif not row.passed and row.report:
            found.pop(key, None)  # and failed once more
            report = msgspec.json.decode(row.report, type=StoredReport)
            if report.job.conclusion is Conclusion.CANCELLED:
                continue
            first = report.diagnosis.failures[:1]
            is_ours = connection.execute(own.where(retries.c.job_id == row.job_id)).first() is not None
            red[key] = (row.url, first[0].message if first else "", is_ours)
    return tuple(found.values())
