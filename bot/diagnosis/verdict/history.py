"""Asks the stored failures and results where else a failure was seen and how its job ended elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, case, func, select

from bot.diagnosis.model import Cause, Failure
from bot.diagnosis.store import StoredReport
from bot.diagnosis.verdict.facts import JobResult, Occurrence
from bot.diagnosis.verdict.sameness import are_same
from bot.forms import decode
from bot.storage.tables import failures, job_results

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    Rows = Sequence[Row[tuple[object, ...]]]
    Passes = Mapping[tuple[int, str], Mapping[int, str]]

MOST_ROWS = 300  # of one question, newest first
MOST_OF_EACH = 100  # occurrences of a fingerprint
_SHORT_SHA = 7
_ENDED = tuple(job_results.c[name] for name in ("run_id", "attempt", "job", "passed", "url"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which job's history is asked for, and how far back."""

    repository_id: int
    workflow: str
    job: str
    base: str  # the branch that the pull request goes into
    branch: str  # of the pull request
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where a failure was seen, the run at hand left out; newest first."""

    on_base: tuple[Occurrence, ...]
    elsewhere: tuple[Occurrence, ...]
    earlier: tuple[Occurrence, ...]  # on the same branch


def seen(
    connection: Connection, scope: Scope, told: Sequence[Failure], *, but: tuple[int, int]
) -> dict[str, Seen]:
    """This function will find failures' other occurrences: what has their fingerprint and is the same failure.

    Args:
        connection: to the database.
        scope: what to compare with.
        told: the failures at hand.
        but: run and attempt of the failures at hand.
    """
    failed = {failure.fingerprint: failure for failure in told}
    known: dict[tuple[int, int, int], tuple[Failure, ...]] = {}  # what failed in jobs, in full
    rows = [
        row
        for row in _recent(connection, scope, failed)
        if (row.run_id, row.attempt) != but
        and (failed[row.fingerprint].tests or _is_same(connection, row, failed[row.fingerprint], known))
    ]
    passes = _passes_again(connection, scope, rows)
    found: dict[tuple[str, str], dict[tuple[int, int, str], Occurrence]] = {}
    for row in rows:
        place = row.branch if row.branch in {scope.base, scope.branch} else ""
        found.setdefault((row.fingerprint, place), {})[_key(row)] = _occurrence(row, passes)

    def at(fingerprint: str, place: str) -> tuple[Occurrence, ...]:
        return tuple(found.get((fingerprint, place), {}).values())

    return {
        fingerprint: Seen(
            on_base=at(fingerprint, scope.base),
            elsewhere=at(fingerprint, ""),
            earlier=at(fingerprint, scope.branch) if scope.branch != scope.base else (),
        )
        for fingerprint in failed
    }


def _recent(connection: Connection, scope: Scope, fingerprints: Iterable[str]) -> Rows:
    """The rows of fingerprints, newest first; so many of each, on the base, on the branch and elsewhere."""
    place = case((failures.c.branch == scope.base, 0), (failures.c.branch == scope.branch, 1), else_=2)
    newest = func.row_number().over(
        partition_by=(failures.c.fingerprint, place),
        order_by=(failures.c.run_id.desc(), failures.c.attempt.desc()),
    )
    ranked = (
        select(failures, newest.label("age"))
        .where(
            failures.c.repository_id == scope.repository_id,
            failures.c.fingerprint.in_(tuple(fingerprints)),
            failures.c.seen_at >= scope.since,
        )
        .subquery()
    )
    query = select(ranked).where(ranked.c.age <= MOST_OF_EACH)
    return connection.execute(query.order_by(ranked.c.run_id.desc(), ranked.c.attempt.desc())).all()


def _key(row: Row[tuple[object, ...]]) -> tuple[int, int, str]:
    return (row.run_id, row.attempt, row.job)


def _occurrence(row: Row[tuple[object, ...]], passes: Passes) -> Occurrence:
    again = [url for attempt, url in passes.get((row.run_id, row.job), {}).items() if attempt != row.attempt]
    return Occurrence(
        label=f"#{row.number}" if row.number else f"{row.branch} at {row.head_sha[:_SHORT_SHA]}",
        url=row.url,
        author=row.author,
        branch=row.branch,
        at=row.seen_at,
        head_sha=row.head_sha,
        run_id=row.run_id,
        attempt=row.attempt,
        workflow=row.workflow,
        job=row.job,
        number=row.number,
        message=row.message,
        passed_again=next(iter(again), ""),
    )


def _is_same(
    connection: Connection,
    row: Row[tuple[object, ...]],
    failure: Failure,
    known: dict[tuple[int, int, int], tuple[Failure, ...]],
) -> bool:
    """Whether it failed at the same place too; what is no longer known in full is not taken for the same."""
    key = (row.job_id, row.run_id, row.attempt)
    if key not in known:
        query = select(job_results.c.report).where(
            job_results.c.repository_id == row.repository_id,
            job_results.c.job_id == row.job_id,
            job_results.c.run_id == row.run_id,
            job_results.c.attempt == row.attempt,
        )
        encoded = connection.execute(query).scalar()
        report = decode(encoded, StoredReport) if encoded else None
        known[key] = report.diagnosis.failures if report else ()
    return any(are_same(failure, other) for other in known[key])


def _passes_again(connection: Connection, scope: Scope, rows: Rows) -> Passes:
    query = select(*_ENDED).where(
        job_results.c.repository_id == scope.repository_id,
        job_results.c.run_id.in_({row.run_id for row in rows}),
        job_results.c.job.in_({row.job for row in rows}),
    )
    jobs = {(row.run_id, row.job) for row in rows}
    return _passed_in(row for row in connection.execute(query).all() if (row.run_id, row.job) in jobs)


def _passed_in(rows: Iterable[Row[tuple[object, ...]]]) -> Passes:
    """The attempts in which a job passed: (run, job) → attempt → link.

    A run builds one commit, however often. Where jobs share a name, all of that name must have passed: which of them
    is which cannot be told. https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
    """
    found: dict[tuple[int, str], dict[int, str]] = {}
    red: set[tuple[int, str, int]] = set()
    for row in rows:
        if row.passed:
            found.setdefault((row.run_id, row.job), {})[row.attempt] = row.url
        else:
            red.add((row.run_id, row.job, row.attempt))
    return {
        key: {attempt: links[attempt] for attempt in sorted(links) if (*key, attempt) not in red}
        for key, links in found.items()
    }


def results(
    connection: Connection, scope: Scope, *, jobs: Iterable[tuple[str, str]], told: Rows
) -> tuple[JobResult, ...]:
    """This function will list how jobs ended on the base, newest first.

    Of those that failed it lists the scope's own, where it is known what failed in them.

    Args:
        connection: to the database.
        scope: whose job's results are wanted.
        jobs: (workflow, job) of others that are wanted too.
        told: what failed in the scope's job on the base.
    """
    names = {*jobs, (scope.workflow, scope.job)}
    query = (
        select(job_results)
        .where(
            job_results.c.repository_id == scope.repository_id,
            job_results.c.branch == scope.base,
            job_results.c.workflow.in_({workflow for workflow, _ in names}),
            job_results.c.job.in_({"", *(job for _, job in names)}),
            job_results.c.seen_at >= scope.since,
        )
        .order_by(job_results.c.run_id.desc(), job_results.c.attempt.desc())
        .limit(MOST_ROWS)
    )
    causes = _causes(told)
    found = []
    for row in connection.execute(query).all():
        is_own = (row.workflow, row.job) == (scope.workflow, scope.job)
        known = causes.get((row.run_id, row.attempt), ()) if is_own else ()
        if row.passed or known:
            found.append(_result(row, known))
    return tuple(found)


def _result(row: Row[tuple[object, ...]], causes: tuple[Cause, ...]) -> JobResult:
    return JobResult(
        run_id=row.run_id,
        attempt=row.attempt,
        workflow=row.workflow,
        job=row.job,
        passed=row.passed,
        head_sha=row.head_sha,
        url=row.url,
        at=row.seen_at,
        causes=causes,
    )


def failures_on_base(connection: Connection, scope: Scope) -> Rows:
    """This function will list what failed in the scope's job on the base, newest first."""
    query = (
        select(failures)
        .where(
            failures.c.repository_id == scope.repository_id,
            failures.c.branch == scope.base,
            failures.c.workflow == scope.workflow,
            failures.c.job == scope.job,
            failures.c.seen_at >= scope.since,
        )
        .order_by(failures.c.run_id.desc())  # by one column, so that SQLite takes the index of the job
        .limit(MOST_ROWS)
    )
    rows = connection.execute(query).all()
    return sorted(rows, key=lambda row: (-row.run_id, -row.attempt, row.position))


def _causes(rows: Rows) -> dict[tuple[int, int], tuple[Cause, ...]]:
    found: dict[tuple[int, int], tuple[Cause, ...]] = {}
    for row in rows:
        cause = Cause(row.cause) if row.cause in set(Cause) else Cause.UNKNOWN
        known = found.get((row.run_id, row.attempt), ())
        found[row.run_id, row.attempt] = known if cause in known else (*known, cause)
    return found


def failed_differently(failure: Failure, rows: Rows) -> tuple[Occurrence, ...]:
    """This function will find the failure's tests among what failed on the base, but with another message."""
    tests = set(failure.tests)
    return tuple(
        _occurrence(row, {})
        for row in rows
        if row.fingerprint != failure.fingerprint and tests & set(decode(row.tests, list[str]))
    )


def newest_runs(
    connection: Connection, scope: Scope, workflows: Iterable[str]
) -> tuple[tuple[str, int], ...]:
    """This function will list the newest stored run of workflows on the base."""
    query = (
        select(job_results.c.workflow, func.max(job_results.c.run_id))
        .where(
            job_results.c.repository_id == scope.repository_id,
            job_results.c.branch == scope.base,
            job_results.c.workflow.in_(set(workflows)),
        )
        .group_by(job_results.c.workflow)
    )
    return tuple((workflow, run_id) for workflow, run_id in connection.execute(query).all())


def passes(connection: Connection, scope: Scope, *, run_id: int, but: int) -> tuple[str, ...]:
    """This function will link the passes of a job in the other attempts of its run.

    All attempts build the very same commit. Another run for the same head need not: of a pull request it builds the
    merge with the base as it was at that time, so that a pass of it proves nothing.
    """
    query = select(*_ENDED).where(
        job_results.c.repository_id == scope.repository_id,
        job_results.c.run_id == run_id,
        job_results.c.job == scope.job,
    )
    found = _passed_in(connection.execute(query).all()).get((run_id, scope.job), {})
    return tuple(url for attempt, url in found.items() if attempt != but)
