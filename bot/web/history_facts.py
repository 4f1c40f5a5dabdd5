"""Gathers what the page of a repository's failures shows."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.model import SHORT_ID
from bot.diagnosis.reporting.metrics import FailedTest, JobEnds, PassRate, once_each, pass_rates
from bot.diagnosis.reporting.metrics_store import (
    MOST_FAILURES,
    SaidOfFailure,
    SeenFailure,
    all_said,
    failures_since,
    samples_since,
)
from bot.web.run_facts import repository_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.diagnosis.reporting.metrics import JobSample
    from bot.storage.database import Database

HISTORY_DAYS = 90
RATED_DAYS = 30  # housekeeping forgets later whether a job failed or was cancelled
MOST_FINGERPRINTS = 100
MOST_TESTS = 50
MOST_NAMED = 12  # pull requests, authors and branches of one failure


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFailure:
    """Every time one fingerprint was seen, as one."""

    fingerprint: str
    newest: SeenFailure
    first_seen: datetime
    times: int
    heads: int
    pulls: tuple[int, ...]  # newest first
    authors: tuple[str, ...]
    branches: tuple[str, ...]
    said: SaidOfFailure | None
    proven: int  # heads at which it was seen and its job passed too: so often it was flaky

    @property
    def short_id(self) -> str:
        """The name by which a person speaks of it."""
        return self.fingerprint[:SHORT_ID]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFacts:
    """A repository's failures over the last weeks, the newest first, and how often its tests pass."""

    repository: str
    failures: tuple[KnownFailure, ...]
    left_out: int
    rates: tuple[PassRate, ...]
    days: int
    rated_days: int
    most: int  # failures that are counted, where there were more; 0 where all are


async def history_facts(database: Database, repository_id: int, *, now: datetime) -> HistoryFacts:
    """This function will gather a repository's failures of the last weeks."""
    recent = now - timedelta(days=RATED_DAYS)
    seen = await failures_since(database, repository_id, since=now - timedelta(days=HISTORY_DAYS))
    samples = await samples_since(database, repository_id, since=recent)
    said = await all_said(database, repository_id)
    return await asyncio.to_thread(_history, seen, samples, said, recent)


def _history(
    seen: Sequence[SeenFailure],
    samples: Sequence[JobSample],
    said: dict[str, SaidOfFailure],
    recent: datetime,
) -> HistoryFacts:
    ends = JobEnds.of(once_each(samples))
    known = _known(seen, said, ends)
    failed = _failed_tests(one for one in seen if one.seen_at >= recent)
    return HistoryFacts(
        repository=repository_page(one.url for one in seen),
        failures=known[:MOST_FINGERPRINTS],
        left_out=max(0, len(known) - MOST_FINGERPRINTS),
        rates=pass_rates(failed, ends)[:MOST_TESTS],
        days=HISTORY_DAYS,
        rated_days=RATED_DAYS,
        most=MOST_FAILURES if len(seen) >= MOST_FAILURES else 0,
    )


def _known(
    seen: Sequence[SeenFailure], said: dict[str, SaidOfFailure], ends: JobEnds
) -> tuple[KnownFailure, ...]:
    """Failures by fingerprint; what comes in newest first stays so."""
    by_fingerprint: dict[str, list[SeenFailure]] = defaultdict(list)
    for one in seen:
        by_fingerprint[one.fingerprint].append(one)
    return tuple(
        KnownFailure(
            fingerprint=fingerprint,
            newest=times[0],
            first_seen=times[-1].seen_at,
            times=len({one.job_id for one in times}),
            heads=len({one.head_sha for one in times}),
            pulls=tuple(dict.fromkeys(one.number for one in times if one.number))[:MOST_NAMED],
            authors=tuple(dict.fromkeys(one.author for one in times if one.author))[:MOST_NAMED],
            branches=tuple(dict.fromkeys(one.branch for one in times))[:MOST_NAMED],
            said=said.get(fingerprint),
            proven=len(
                {
                    one.head_sha
                    for one in times
                    if one.head_sha in ends.passes.get((one.workflow, one.job), ())
                }
            ),
        )
        for fingerprint, times in by_fingerprint.items()
    )


def _failed_tests(seen: Iterable[SeenFailure]) -> Iterable[FailedTest]:
    for one in seen:
        for test in one.tests:
            yield FailedTest(
                workflow=one.workflow,
                job=one.job,
                test=test,
                head_sha=one.head_sha,
                branch=one.branch,
                job_id=one.job_id,
            )
