"""The queries behind the pages of failures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from bot.diagnosis.reporting.metrics import JobEnds
from bot.github.models import Conclusion
from bot.storage.tables import failures, job_results, judgements

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    Rows = Sequence[Row[Any]]

MOST_SEEN = 5_000  # sightings that a page looks through


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureQuery:
    """Which failures of a repository are asked for."""

    repository_id: int
    since: datetime
    branch: str = ""
    cause: str = ""
    before: tuple[datetime, str] | None = (
        None  # last seen before that, and with a lower fingerprint at that time
    )
    limit: int = 30


def summed_up(connection: Connection, query: FailureQuery, *, fingerprint: str = "") -> Rows:
    """This function will return each failure, or one, with how often it was seen, the one seen last first."""
    c = failures.c
    last = func.max(c.seen_at)
    statement = (
        select(
            c.fingerprint,
            func.count(c.job_id.distinct()).label("times"),
            func.count(c.head_sha.distinct()).label("heads"),
            func.min(c.seen_at).label("first"),
            last.label("last"),
        )
        .where(*_of(query), *((c.fingerprint == fingerprint,) if fingerprint else ()))
        .group_by(c.fingerprint)
        .order_by(last.desc(), c.fingerprint.desc())
        .limit(query.limit)
    )
    if query.before is not None:
        at, name = query.before
        statement = statement.having((last < at) | ((last == at) & (c.fingerprint < name)))
    return connection.execute(statement).all()


def newest_of(
    connection: Connection, repository_id: int, fingerprints: Collection[str]
) -> Mapping[str, Row[Any]]:
    """This function will return the newest sighting of each failure."""
    c = failures.c
    place = func.row_number().over(
        partition_by=c.fingerprint, order_by=(c.seen_at.desc(), c.job_id, c.position)
    )
    mine = c.repository_id == repository_id, c.fingerprint.in_(fingerprints)
    ranked = select(failures, place.label("place")).where(*mine).subquery()
    rows = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {row.fingerprint: row for row in rows}


def sightings_of(
    connection: Connection,
    query: FailureQuery,
    fingerprints: Collection[str] | None,
    *,
    with_tests: bool = False,
) -> Rows:
    """This function will return when and where failures were seen, the newest first.

    Args:
        connection: to our own tables.
        query: whose, since when, on which branch.
        fingerprints: None: of every failure.
        with_tests: only those that name tests, with the names.
    """
    c = failures.c
    columns = [c.fingerprint, c.job_id, c.head_sha, c.branch, c.number, c.workflow, c.job, c.seen_at, c.url]
    statement = select(*columns, *((c.tests,) if with_tests else ())).where(*_of(query))
    if fingerprints is not None:
        statement = statement.where(c.fingerprint.in_(fingerprints))
    if with_tests:
        statement = statement.where(c.tests != "[]")
    return connection.execute(statement.order_by(c.seen_at.desc(), c.job_id).limit(MOST_SEEN)).all()


def ends_of(connection: Connection, query: FailureQuery) -> JobEnds:
    """This function will count how often each job ended, and find where one passed at a commit where a test failed."""
    c = job_results.c
    counted = (
        select(c.workflow, c.job, func.count(c.job_id.distinct()))
        .where(
            c.repository_id == query.repository_id,
            c.seen_at >= query.since,
            c.conclusion != Conclusion.CANCELLED.value,
        )
        .group_by(c.workflow, c.job)
    )
    ran = {(workflow, job): times for workflow, job, times in connection.execute(counted)}
    return JobEnds(ran=ran, passes=_passes(connection, query, failures.c.tests != "[]"))


def passes_of(
    connection: Connection, query: FailureQuery, fingerprints: Collection[str]
) -> Mapping[tuple[str, str], set[str]]:
    """This function will find at which commits of these failures each job, by workflow and name, passed."""
    return _passes(connection, query, failures.c.fingerprint.in_(fingerprints))


def _passes(
    connection: Connection, query: FailureQuery, seen: ColumnElement[bool]
) -> Mapping[tuple[str, str], set[str]]:
    c = job_results.c
    red = select(failures.c.head_sha).where(*_of(query), seen)
    found = (
        select(c.workflow, c.job, c.head_sha)
        .where(
            c.repository_id == query.repository_id,
            c.seen_at >= query.since,
            c.passed,
            c.head_sha.in_(red),
        )
        .distinct()
    )
    passes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for workflow, job, head_sha in connection.execute(found):
        passes[workflow, job].add(head_sha)
    return passes


def passes_at(
    connection: Connection, repository_id: int, heads: Collection[str]
) -> Mapping[tuple[str, str, str], str]:
    """This function will return the address of a job that passed, by workflow, job and commit."""
    c = job_results.c
    query = select(c.workflow, c.job, c.head_sha, c.url).where(
        c.repository_id == repository_id, c.head_sha.in_(heads), c.passed
    )
    return {(row.workflow, row.job, row.head_sha): row.url for row in connection.execute(query)}


def judged(
    connection: Connection, repository_id: int, fingerprints: Collection[str]
) -> Mapping[str, Row[Any]]:
    """This function will return what people said about failures."""
    query = select(judgements).where(
        judgements.c.repository_id == repository_id, judgements.c.fingerprint.in_(fingerprints)
    )
    return {row.fingerprint: row for row in connection.execute(query)}


def named(connection: Connection, repository_id: int, beginning: str) -> str | None:
    """This function will find the one failure whose fingerprint begins so."""
    c = failures.c
    query = (
        select(c.fingerprint)
        .where(c.repository_id == repository_id, c.fingerprint.startswith(beginning, autoescape=True))
        .distinct()
        .limit(2)
    )
    found = connection.execute(query).scalars().all()
    return found[0] if len(found) == 1 else None


def _of(query: FailureQuery) -> list[ColumnElement[bool]]:
    c = failures.c
    said = [c.repository_id == query.repository_id, c.seen_at >= query.since]
    if query.branch:
        said.append(c.branch == query.branch)
    if query.cause:
        said.append(c.cause == query.cause)
    return said
