"""The rows of what people say about failures, and the failures of a pull request of which they can speak."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, or_, select

from bot.diagnosis.model import Failure, Judgement, Said
from bot.diagnosis.store import StoredReport
from bot.forms import decode
from bot.github.models import Sha  # noqa: TC001 - as above
from bot.storage.tables import failures, job_results, judgements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.models import RepositoryRef
    from bot.storage.database import Database

MOST_JOBS = 100  # of a pull request, whose failures can be spoken of
MOST_FAILURES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFailure:
    """A failure of a pull request, as it was read last."""

    failure: Failure  # without the lines of the log
    workflow: str
    job: str
    job_id: int
    run_id: int
    attempt: int
    head_sha: Sha


async def failures_on(
    database: Database, repository: RepositoryRef, *, number: int, head_sha: Sha
) -> tuple[KnownFailure, ...]:
    """This function will list the failures of a pull request, each once as it was read last, newest run first."""
    jobs = (
        select(failures.c.job_id, failures.c.run_id, failures.c.attempt)
        .where(
            failures.c.repository_id == repository.id,
            or_(failures.c.number == number, failures.c.head_sha == head_sha),
        )
        .group_by(failures.c.job_id, failures.c.run_id, failures.c.attempt)
        .order_by(failures.c.run_id.desc(), failures.c.attempt.desc(), failures.c.job_id)
        .limit(MOST_JOBS)
        .subquery()
    )
    query = (
        select(job_results)
        .join(
            jobs,
            (job_results.c.job_id == jobs.c.job_id)
            & (job_results.c.run_id == jobs.c.run_id)
            & (job_results.c.attempt == jobs.c.attempt),
        )
        .where(job_results.c.repository_id == repository.id, job_results.c.report != "")
        .order_by(job_results.c.run_id.desc(), job_results.c.attempt.desc(), job_results.c.job_id)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    known: dict[str, KnownFailure] = {}
    # Of the present head first, as the summary shows them.
    for row in sorted(rows, key=lambda row: row.head_sha != head_sha):
        report = decode(row.report, StoredReport)
        for failure in report.diagnosis.failures:
            made = KnownFailure(
                failure=replace(failure, excerpt=()),
                workflow=row.workflow,
                job=row.job,
                job_id=row.job_id,
                run_id=row.run_id,
                attempt=row.attempt,
                head_sha=row.head_sha,
            )
            known.setdefault(failure.fingerprint, made)
    return tuple(known.values())[:MOST_FAILURES]


async def save_judgement(database: Database, repository: RepositoryRef, said: Said) -> None:
    """This function will store a person's word about a fingerprint, unless a later word is stored already."""
    key = (judgements.c.repository_id == repository.id) & (judgements.c.fingerprint == said.fingerprint)
    values = {
        "judgement": said.judgement.value,
        "login": said.login,
        "url": said.url,
        "said_at": said.at,
    }

    def change(connection: Connection) -> None:
        row = connection.execute(select(judgements.c.said_at).where(key)).first()
        if row is None:
            whose = {"repository_id": repository.id, "fingerprint": said.fingerprint}
            connection.execute(judgements.insert().values(values | whose))
        elif row.said_at <= said.at:
            connection.execute(judgements.update().where(key).values(values))

    await database.write(change)


def words(connection: Connection, repository_id: int, fingerprints: Iterable[str]) -> dict[str, Said]:
    """This function will return what people have said, by fingerprint."""
    query = select(judgements).where(
        judgements.c.repository_id == repository_id, judgements.c.fingerprint.in_(tuple(fingerprints))
    )
    return {
        row.fingerprint: Said(
            fingerprint=row.fingerprint,
            judgement=Judgement(row.judgement),
            login=row.login,
            url=row.url,
            at=row.said_at,
        )
        for row in connection.execute(query).all()
    }
