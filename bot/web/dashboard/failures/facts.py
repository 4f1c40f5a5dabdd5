"""Gathers what the pages of a repository's failures show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.diagnosis.model import SHORT_ID, Cause
from bot.diagnosis.reporting.metrics import FailedTest, PassRate, Stretches, pass_rates
from bot.diagnosis.reporting.sections import CAUSES
from bot.forms import decode
from bot.web.dashboard.failures.query import (
    FailureQuery,
    ends_of,
    judged,
    newest_of,
    passes_of,
    sightings_of,
    summed_up,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from bot.web.dashboard.page import Reading

DAYS = 90
RATED_DAYS = 30  # housekeeping forgets later whether a job failed or was cancelled
_WEEKS = 13
_PAGE_SIZE = 30
_MOST_NAMED = 4
_MOST_TESTS = 100
_LONGEST_WORD = 255
_MARK = "~"  # between time and fingerprint in an address


@dataclass(frozen=True, slots=True, kw_only=True)
class SummedUp:
    """Every time a failure was seen, as one."""

    fingerprint: str
    newest: Row[Any]
    times: int
    heads: int
    first: datetime
    last: datetime
    weeks: tuple[int, ...]  # how often it was seen in each, the oldest first
    branches: tuple[str, ...]
    pulls: tuple[int, ...]
    proven: int  # commits at which it was seen and its job passed too: so often it was flaky
    said: Row[Any] | None  # by a person

    @property
    def short_id(self) -> str:
        """The name by which a person speaks of it."""
        return self.fingerprint[:SHORT_ID]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailuresFacts:
    """A piece of the list of a repository's failures."""

    rows: tuple[SummedUp, ...]
    asked: Mapping[str, str]
    causes: tuple[tuple[str, str], ...]  # value and word of the filter
    next: str  # what asks for the next piece; empty at the end
    is_start: bool
    days: int = DAYS
    rated_days: int = RATED_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyTest:
    """How often a test passes, and a failure that shows it."""

    rate: PassRate
    fingerprint: str


def failures_facts(connection: Connection, reading: Reading, repository_id: int) -> FailuresFacts:
    """This function will read a piece of the list, the failure that was seen last first."""
    asked = {name: reading.query.get(name, "").strip()[:_LONGEST_WORD] for name in ("branch", "cause")}
    before = _before(reading.query.get("before", ""))
    query = FailureQuery(
        repository_id=repository_id,
        since=reading.now - timedelta(days=DAYS),
        branch=asked["branch"],
        cause=asked["cause"],
        before=before,
        limit=_PAGE_SIZE + 1,
    )
    found = summed_up(connection, query)
    rows = rows_of(connection, query, found[:_PAGE_SIZE], now=reading.now)
    last = rows[-1] if len(found) > _PAGE_SIZE else None
    return FailuresFacts(
        rows=rows,
        asked=asked,
        causes=(("", "Any"), *((cause.value, CAUSES[cause].capitalize()) for cause in Cause)),
        next=f"{last.last.isoformat()}{_MARK}{last.fingerprint}" if last else "",
        is_start=before is None,
    )


def rows_of(
    connection: Connection, query: FailureQuery, found: Sequence[Row[Any]], *, now: datetime
) -> tuple[SummedUp, ...]:
    """This function will tell of failures that were summed up where, when and how flaky they were."""
    fingerprints = [row.fingerprint for row in found]
    newest = newest_of(connection, query.repository_id, fingerprints)
    said = judged(connection, query.repository_id, fingerprints)
    rated = replace(query, since=now - timedelta(days=RATED_DAYS))
    passes = passes_of(connection, rated, fingerprints)
    seen: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in sightings_of(connection, query, fingerprints):
        seen[row.fingerprint].append(row)
    weeks = Stretches(begin=query.since, end=now, count=_WEEKS)
    return tuple(
        SummedUp(
            fingerprint=row.fingerprint,
            newest=newest[row.fingerprint],
            times=row.times,
            heads=row.heads,
            first=row.first,
            last=row.last,
            weeks=_by_week(seen[row.fingerprint], weeks),
            branches=tuple(dict.fromkeys(one.branch for one in seen[row.fingerprint]))[:_MOST_NAMED],
            pulls=tuple(dict.fromkeys(one.number for one in seen[row.fingerprint] if one.number))[
                :_MOST_NAMED
            ],
            proven=len(_proven_heads(seen[row.fingerprint], passes)),
            said=said.get(row.fingerprint),
        )
        for row in found
    )


def _proven_heads(seen: Sequence[Row[Any]], passes: Mapping[tuple[str, str], set[str]]) -> set[str]:
    """The commits at which it was seen and the same job passed too."""
    return {one.head_sha for one in seen if one.head_sha in passes.get((one.workflow, one.job), ())}


def flaky_tests(connection: Connection, reading: Reading, repository_id: int) -> tuple[FlakyTest, ...]:
    """This function will tell how often tests pass that failed, the proven flaky ones first."""
    since = reading.now - timedelta(days=RATED_DAYS)
    query = FailureQuery(repository_id=repository_id, since=since)
    seen = sightings_of(connection, query, None, with_tests=True)
    failed, shows = [], dict[tuple[str, str, str], str]()
    for row in seen:
        for test in decode(row.tests, tuple[str, ...]):
            shows.setdefault((row.workflow, row.job, test), row.fingerprint)
            failed.append(_failed(row, test))
    rates = pass_rates(failed, ends_of(connection, query))[:_MOST_TESTS]
    return tuple(FlakyTest(rate=one, fingerprint=shows[one.workflow, one.job, one.test]) for one in rates)


def _failed(row: Row[Any], test: str) -> FailedTest:
    return FailedTest(
        workflow=row.workflow,
        job=row.job,
        test=test,
        head_sha=row.head_sha,
        branch=row.branch,
        job_id=row.job_id,
    )


def _by_week(seen: Sequence[Row[Any]], weeks: Stretches) -> tuple[int, ...]:
    jobs: list[set[int]] = [set() for _ in range(weeks.count)]
    for one in seen:
        jobs[weeks.index(one.seen_at)].add(one.job_id)
    return tuple(len(each) for each in jobs)


def _before(word: str) -> tuple[datetime, str] | None:
    at, mark, fingerprint = word[:_LONGEST_WORD].partition(_MARK)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, fingerprint) if mark and moment.tzinfo is not None else None
