"""Counts over what is stored: how often a failure was seen, how often tests pass, how many usually run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from statistics import median
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, Row, func, select

from bot.diagnosis.model import LOG, Cause
from bot.forms import decode
from bot.storage.tables import failures, job_results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import SuiteReport
    from bot.diagnosis.verdict.history import Scope

MOST_SEEN = 2000
MOST_RUNS = 2000
MOST_ROWS = 300
MOST_COUNTS = 20
LEAST_COUNTS = 3  # fewer tell nothing of what is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One time a failure was seen."""

    url: str
    at: datetime
    branch: str
    head_sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How often a fingerprint was seen, as far back as is stored."""

    times: int  # jobs that failed with it
    first: Sight
    last: Sight
    pulls: tuple[int, ...] = ()
    authors: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRate:
    """How often a test passes in a job."""

    __test__ = False  # to pytest: no test of ours

    test: str
    failed: int
    ran: int  # times the job ran its tests


def trend(connection: Connection, repository_id: int, fingerprint: str) -> Trend | None:
    """This function will say how often, where and by whom a fingerprint was seen, or None if it never was."""
    query = (
        select(failures)
        .where(failures.c.repository_id == repository_id, failures.c.fingerprint == fingerprint)
        .order_by(failures.c.run_id, failures.c.attempt, failures.c.job_id)
        .limit(MOST_SEEN)
    )
    rows = connection.execute(query).all()
    if not rows:
        return None
    return Trend(
        times=len({(row.run_id, row.attempt, row.job) for row in rows}),
        first=_sight(rows[0]),
        last=_sight(rows[-1]),
        pulls=tuple(sorted({row.number for row in rows if row.number})),
        authors=tuple(sorted({row.author for row in rows if row.author})),
        branches=tuple(sorted({row.branch for row in rows if row.branch})),
    )


def _sight(row: Row[tuple[object, ...]]) -> Sight:
    return Sight(url=row.url, at=row.seen_at, branch=row.branch, head_sha=row.head_sha)


def rates(
    connection: Connection,
    repository_id: int,
    *,
    workflow: str,
    job: str,
    tests: Sequence[str],
) -> tuple[TestRate, ...]:
    """This function will say how often each test failed, of the times that the job got as far as its tests."""
    passed = select(func.count()).where(
        job_results.c.repository_id == repository_id,
        job_results.c.workflow == workflow,
        job_results.c.job == job,
        job_results.c.passed.is_(True),
    )
    red = (
        select(failures.c.run_id, failures.c.attempt, failures.c.tests)
        .where(
            failures.c.repository_id == repository_id,
            failures.c.workflow == workflow,
            failures.c.job == job,
            failures.c.cause == Cause.TEST.value,
        )
        .order_by(failures.c.run_id.desc())
        .limit(MOST_RUNS)
    )
    rows = connection.execute(red).all()
    times = {(row.run_id, row.attempt) for row in rows}
    ran = (connection.execute(passed).scalar() or 0) + len(times)
    failed: dict[str, set[tuple[int, int]]] = {test: set() for test in tests}
    for row in rows:
        for test in decode(row.tests, list[str]):
            if test in failed:
                failed[test].add((row.run_id, row.attempt))
    return tuple(TestRate(test=test, failed=len(times), ran=ran) for test, times in failed.items())


class _Told(msgspec.Struct):
    """The part of a stored SuiteReport that says who counted."""

    source: str = LOG


def usual_tests(
    connection: Connection, scope: Scope, *, but: int, report: SuiteReport | None
) -> tuple[int | None, str]:
    """This function will return how many tests the job usually runs, told by other runs than one, and one of those.

    The base tells it best; where too few of its runs say a number, all branches do. A log and the files that a run
    uploads may count differently: only what was told in the way of this report is compared with it.
    """
    if report is None:
        return None, ""
    query = (
        select(job_results.c.tests_ran, job_results.c.branch, job_results.c.url, job_results.c.suites)
        .where(
            job_results.c.repository_id == scope.repository_id,
            job_results.c.workflow == scope.workflow,
            job_results.c.job == scope.job,
            job_results.c.tests_ran.is_not(None),
            job_results.c.run_id != but,
            job_results.c.seen_at >= scope.since,
        )
        .order_by(job_results.c.run_id.desc(), job_results.c.attempt.desc())
        .limit(MOST_ROWS)
    )
    by_log = report.source == LOG
    rows = [row for row in connection.execute(query).all() if (_source(row.suites) == LOG) == by_log]
    of_base = [row for row in rows if row.branch == scope.base]
    told = (of_base if len(of_base) >= LEAST_COUNTS else list(rows))[:MOST_COUNTS]
    if len(told) < LEAST_COUNTS:
        return None, ""
    usual = int(median(row.tests_ran for row in told))
    return usual, min(told, key=lambda row: abs(row.tests_ran - usual)).url


def _source(suites: str) -> str:
    return decode(suites, _Told).source if suites else LOG
