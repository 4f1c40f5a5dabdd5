"""Gathers what the page of a workflow run shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.log.slow_tests import LEAST_SECONDS
from bot.diagnosis.prices import Cost, cost_of
from bot.diagnosis.reporting.metrics import is_red, slowed_tests
from bot.diagnosis.reporting.metrics_store import (
    JobOutcome,
    SeenRun,
    earlier_reports,
    newest_runs,
    outcomes_of,
)
from bot.diagnosis.reporting.render import CAUSE_ORDER
from bot.diagnosis.verdict.history import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.diagnosis.model import SlowedTest, SlowTest
    from bot.diagnosis.reporting.metrics import JobSample
    from bot.storage.database import Database

COMPARED = timedelta(days=30)  # so far back runs of the base are looked at
MOST_SLOW = 30


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
        repository=repository_page([*(one.url for one in outcomes), *(one.url for one in others)]),
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
        since=now - COMPARED,
    )


def _telling(outcome: JobOutcome) -> int:
    """What a person wants to see first is the least."""
    failures = outcome.diagnosis.failures
    return CAUSE_ORDER.index(failures[0].cause) if failures else len(CAUSE_ORDER)


def repository_page(urls: Iterable[str]) -> str:
    """This function will return the repository's page on GitHub, as the addresses of its jobs begin."""
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
        if test.seconds >= LEAST_SECONDS
    ]
    return tuple(sorted(every, key=lambda one: -one.test.seconds)[:MOST_SLOW])
