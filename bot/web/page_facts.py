"""Gathers what the pages show from what is stored of a repository."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.history import Scope
from bot.diagnosis.metrics import (
    FailedTest,
    JobEnds,
    Measures,
    PassRate,
    Stretches,
    is_red,
    measure_jobs,
    measure_workflows,
    once_each,
    pass_rates,
    slowed_tests,
)
from bot.diagnosis.metrics_store import (
    MOST_FAILURES,
    MOST_SAMPLES,
    JobOutcome,
    SaidOfFailure,
    SeenFailure,
    SeenRun,
    all_said,
    earlier_reports,
    failures_since,
    newest_runs,
    outcomes_of,
    samples_since,
)
from bot.diagnosis.model import SHORT_ID, SlowedTest, SlowTest
from bot.diagnosis.prices import Cost, cost_of
from bot.diagnosis.render import CAUSE_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.diagnosis.metrics import JobSample
    from bot.storage.database import Database

MEASURED_DAYS = 30
STRETCHES = 10  # of the trend: three days each
HISTORY_DAYS = 90
MOST_FINGERPRINTS = 100
MOST_TESTS = 50
MOST_SLOW = 30
MOST_NAMED = 12  # pull requests, authors and branches of one failure


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowInJob:
    """A slow test and the job it ran in."""

    job: str
    test: SlowTest


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowedInJob:
    """A test that takes much longer than it used to, and the job it ran in."""

    job: str
    test: SlowedTest


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One attempt of a workflow run, and the newest others."""

    repository: str  # its page on GitHub; empty where nothing is known of it
    run: SeenRun | None
    outcomes: tuple[JobOutcome, ...]
    slowest: tuple[SlowInJob, ...]
    slowed: tuple[SlowedInJob, ...]  # beside the base; empty without one
    cost: Cost
    others: tuple[SeenRun, ...]

    @property
    def failed(self) -> tuple[JobOutcome, ...]:
        """The jobs that failed, the most telling first, as in the summary."""
        red = [one for one in self.outcomes if is_red((one.sample,))]
        return tuple(sorted(red, key=_telling))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFacts:
    """A workflow's measures and those of its jobs."""

    measures: Measures
    jobs: tuple[Measures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsFacts:
    """A repository's CI over the last days."""

    repository: str
    workflows: tuple[WorkflowFacts, ...]
    cost: Cost
    days: int
    stretch_days: int
    most: int  # jobs that are counted, where there were more; 0 where all are


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRun:
    """The attempt of a workflow run that a page shows, and the branch it compares with."""

    run_id: int
    attempt: int
    base: str = ""


async def run_facts(database: Database, repository_id: int, asked: AskedRun, *, now: datetime) -> RunFacts:
    """This function will gather what is known of one attempt of a workflow run."""
    attempt = (asked.run_id, asked.attempt)
    outcomes = await outcomes_of(database, repository_id, [attempt])
    others = await newest_runs(database, repository_id)
    slowed: list[SlowedInJob] = []
    for outcome in outcomes if asked.base else ():
        if outcome.report is not None:
            scope = _scope(repository_id, outcome.sample, base=asked.base, now=now)
            earlier = await earlier_reports(database, scope, but=asked.run_id)
            tests = slowed_tests(outcome.report, earlier)
            slowed += [SlowedInJob(job=outcome.sample.job, test=test) for test in tests]
    return RunFacts(
        repository=_repository([*(one.url for one in outcomes), *(one.url for one in others)]),
        run=_seen_run(outcomes),
        outcomes=outcomes,
        slowest=_slowest(outcomes),
        slowed=tuple(sorted(slowed, key=lambda one: one.test.usual - one.test.seconds)[:MOST_SLOW]),
        cost=cost_of(
            (one.sample.seconds, one.sample.labels) for one in outcomes if one.sample.seconds is not None
        ),
        others=tuple(one for one in others if (one.run_id, one.attempt) != attempt),
    )


def _scope(repository_id: int, sample: JobSample, *, base: str, now: datetime) -> Scope:
    return Scope(
        repository_id=repository_id,
        workflow=sample.workflow,
        job=sample.job,
        base=base,
        branch=sample.branch,
        since=now - timedelta(days=MEASURED_DAYS),
    )


async def metrics_facts(database: Database, repository_id: int, *, now: datetime) -> MetricsFacts:
    """This function will measure a repository's workflows and jobs over the last days."""
    samples = await samples_since(database, repository_id, since=now - timedelta(days=MEASURED_DAYS))
    newest = await newest_runs(database, repository_id)
    # In a thread: the same process takes deliveries in.
    return await asyncio.to_thread(_measured, samples, _repository(one.url for one in newest), now=now)


def _measured(all_samples: Sequence[JobSample], repository: str, *, now: datetime) -> MetricsFacts:
    samples = once_each(all_samples)
    stretches = Stretches(begin=now - timedelta(days=MEASURED_DAYS), end=now, count=STRETCHES)
    workflows = tuple(
        WorkflowFacts(
            measures=one,
            jobs=measure_jobs([sample for sample in samples if sample.workflow == one.name], stretches),
        )
        for one in measure_workflows(samples, stretches)
    )
    return MetricsFacts(
        repository=repository,
        workflows=workflows,
        cost=cost_of((one.seconds, one.labels) for one in samples if one.seconds is not None),
        days=MEASURED_DAYS,
        stretch_days=MEASURED_DAYS // STRETCHES,
        most=MOST_SAMPLES if len(all_samples) >= MOST_SAMPLES else 0,
    )


async def history_facts(database: Database, repository_id: int, *, now: datetime) -> HistoryFacts:
    """This function will gather a repository's failures of the last weeks."""
    recent = now - timedelta(days=MEASURED_DAYS)
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
    # Of older jobs it is no longer known whether they failed or were cancelled.
    failed = _failed_tests(one for one in seen if one.seen_at >= recent)
    return HistoryFacts(
        repository=_repository(one.url for one in seen),
        failures=known[:MOST_FINGERPRINTS],
        left_out=max(0, len(known) - MOST_FINGERPRINTS),
        rates=pass_rates(failed, ends)[:MOST_TESTS],
        days=HISTORY_DAYS,
        rated_days=MEASURED_DAYS,
        most=MOST_FAILURES if len(seen) >= MOST_FAILURES else 0,
    )


def _telling(outcome: JobOutcome) -> int:
    """What a person wants to see first is the least."""
    failures = outcome.diagnosis.failures
    return CAUSE_ORDER.index(failures[0].cause) if failures else len(CAUSE_ORDER)


def _repository(urls: Iterable[str]) -> str:
    """The repository's page, as the addresses of its jobs begin."""
    return next((root for url in urls if (root := url.partition("/actions/")[0]) != url), "")


def _seen_run(outcomes: Sequence[JobOutcome]) -> SeenRun | None:
    if not outcomes:
        return None
    first = outcomes[0].sample
    return SeenRun(
        run_id=first.run_id,
        attempt=first.attempt,
        workflow=first.workflow,
        branch=first.branch,
        head_sha=first.head_sha,
        seen_at=first.seen_at,
        url=outcomes[0].url,
        failed=is_red(one.sample for one in outcomes),
    )


def _slowest(outcomes: Iterable[JobOutcome]) -> tuple[SlowInJob, ...]:
    every = [
        SlowInJob(job=one.sample.job, test=test)
        for one in outcomes
        if one.report is not None
        for test in one.report.slowest
    ]
    return tuple(sorted(every, key=lambda one: -one.test.seconds)[:MOST_SLOW])


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
