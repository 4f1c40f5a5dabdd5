"""Computes how a repository's CI does: durations, queues, passes, caches, cost and tests, from how jobs ended."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bot.diagnosis.model import CacheUse, SlowedTest
from bot.diagnosis.prices import Cost, cost_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.diagnosis.model import SuiteReport

LEAST_TIMES = 3  # fewer earlier times of a test tell nothing of what is usual
SLOWED_FACTOR = 2.0
SLOWED_SECONDS = 1.0
MOST_SLOWED = 20
USUAL_SHARE, BAD_SHARE = 0.5, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSample:
    """How one job of one attempt ended."""

    workflow: str
    job: str
    run_id: int
    attempt: int
    job_id: int
    branch: str
    head_sha: str
    passed: bool
    cancelled: bool
    seen_at: datetime
    seconds: float | None = None
    queued: float | None = None
    labels: tuple[str, ...] = ()
    caches_hit: int | None = None
    caches_missed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Durations in seconds: the usual one, and the one that only a tenth exceeds."""

    p50: float
    p90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How a workflow or one of its jobs did over a time."""

    name: str
    ended: int  # passed or failed; cancelled ones say nothing of either
    passed: int
    duration: Spread | None  # of those that passed; of a workflow: its longest job
    queue: Spread | None
    caches: CacheUse | None
    cost: Cost
    trend: tuple[float | None, ...] = ()  # usual duration in seconds, the oldest stretch of time first

    @property
    def success_rate(self) -> float | None:
        """The share of those that ended which passed."""
        return self.passed / self.ended if self.ended else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """A time cut into stretches of equal length."""

    begin: datetime
    end: datetime
    count: int

    def index(self, at: datetime) -> int:
        """This function will say in which stretch a moment lies."""
        share = (at - self.begin) / (self.end - self.begin)
        return min(self.count - 1, max(0, int(share * self.count)))


def percentile(values: Sequence[float], share: float) -> float | None:
    """This function will return the value that the share of all does not exceed (nearest rank)."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(values: Iterable[float | None]) -> Spread | None:
    """This function will return the usual and the bad value of those that are known."""
    known = [value for value in values if value is not None]
    usual, bad = percentile(known, USUAL_SHARE), percentile(known, BAD_SHARE)
    return None if usual is None or bad is None else Spread(p50=usual, p90=bad)


def cache_rate(caches: CacheUse | None) -> float | None:
    """This function will return the share of caches that were found."""
    asked = caches.hits + caches.misses if caches else 0
    return caches.hits / asked if caches and asked else None


def once_each(samples: Iterable[JobSample]) -> tuple[JobSample, ...]:
    """This function will drop what an attempt only carried over from an earlier one: it neither ran nor cost again."""
    newest: dict[tuple[int, int, int], JobSample] = {}
    for sample in samples:
        # Where no job was listed, id 0 speaks for a whole attempt.
        key = (sample.run_id, sample.job_id, sample.attempt if not sample.job_id else 0)
        newest.setdefault(key, sample)
    return tuple(newest.values())


def measure_jobs(samples: Sequence[JobSample], stretches: Stretches) -> tuple[Measures, ...]:
    """This function will measure each job of one workflow, the slowest first."""
    by_name: dict[str, list[JobSample]] = defaultdict(list)
    for sample in samples:
        if sample.job:
            by_name[sample.job].append(sample)
    made = [_measures(name, jobs, [[job] for job in jobs], stretches) for name, jobs in by_name.items()]
    return _slowest_first(made)


def measure_workflows(samples: Sequence[JobSample], stretches: Stretches) -> tuple[Measures, ...]:
    """This function will measure each workflow, the slowest first."""
    by_name: dict[str, dict[tuple[int, int], list[JobSample]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        by_name[sample.workflow][sample.run_id, sample.attempt].append(sample)
    made = [
        _measures(name, [job for jobs in runs.values() for job in jobs], list(runs.values()), stretches)
        for name, runs in by_name.items()
    ]
    return _slowest_first(made)


def _slowest_first(made: Iterable[Measures]) -> tuple[Measures, ...]:
    return tuple(sorted(made, key=lambda one: (-one.duration.p50 if one.duration else 0.0, one.name)))


def _measures(
    name: str, jobs: Sequence[JobSample], runs: Sequence[Sequence[JobSample]], stretches: Stretches
) -> Measures:
    """Measure runs of one or more jobs each."""
    # Where a job failed, others were cancelled because of it: the run failed all the same.
    ended = [run for run in runs if is_red(run) or not any(job.cancelled for job in run)]
    passed = [run for run in ended if all(job.passed for job in run)]
    return Measures(
        name=name,
        ended=len(ended),
        passed=len(passed),
        duration=spread(longest(run) for run in passed),
        queue=spread(longest_wait(run) for run in runs),
        caches=caches_of(jobs),
        cost=cost_of((job.seconds, job.labels) for job in jobs if job.seconds is not None),
        trend=_trend(passed, stretches),
    )


def is_red(jobs: Iterable[JobSample]) -> bool:
    """This function will say whether a job of these failed."""
    return any(not job.passed and not job.cancelled for job in jobs)


def longest(jobs: Iterable[JobSample]) -> float | None:
    """This function will return how long the longest of the jobs took."""
    return max((job.seconds for job in jobs if job.seconds is not None), default=None)


def longest_wait(jobs: Iterable[JobSample]) -> float | None:
    """This function will return how long the job waited for a runner that waited longest."""
    return max((job.queued for job in jobs if job.queued is not None), default=None)


def caches_of(jobs: Iterable[JobSample]) -> CacheUse | None:
    """This function will add up what is known of the caches of jobs."""
    known = [(job.caches_hit or 0, job.caches_missed or 0) for job in jobs if job.caches_hit is not None]
    if not known:
        return None
    return CacheUse(hits=sum(hit for hit, _ in known), misses=sum(missed for _, missed in known))


def _trend(runs: Sequence[Sequence[JobSample]], stretches: Stretches) -> tuple[float | None, ...]:
    within: list[list[float]] = [[] for _ in range(stretches.count)]
    for run in runs:
        if (seconds := longest(run)) is not None:
            within[stretches.index(run[0].seen_at)].append(seconds)
    return tuple(percentile(values, USUAL_SHARE) for values in within)


def slowed_tests(report: SuiteReport, earlier: Iterable[SuiteReport]) -> tuple[SlowedTest, ...]:
    """This function will find the tests that take much longer than in earlier runs of the same job."""
    times: dict[str, list[float]] = defaultdict(list)
    for one in earlier:
        for test in one.slowest:
            times[test.name].append(test.seconds)
    slowed = []
    for test in report.slowest:
        known = times.get(test.name, ())
        if len(known) < LEAST_TIMES:
            continue
        usual = median(known)
        if test.seconds >= usual * SLOWED_FACTOR and test.seconds >= usual + SLOWED_SECONDS:
            slowed.append(SlowedTest(name=test.name, seconds=test.seconds, usual=usual))
    slowed.sort(key=lambda test: (test.usual - test.seconds, test.name))
    return tuple(slowed[:MOST_SLOWED])


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTest:
    """One time a test failed."""

    workflow: str
    job: str
    test: str
    head_sha: str
    branch: str
    job_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRate:
    """How often a test passed in a job."""

    test: str
    workflow: str
    job: str
    failed: int
    ran: int
    branches: int  # on which it failed
    both: int  # heads at which it failed and its job passed too

    @property
    def rate(self) -> float:
        """The share of the job's runs in which it did not fail."""
        return max(0.0, 1 - self.failed / self.ran) if self.ran else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnds:
    """How jobs, given by workflow and name, ended: how often, and the heads at which they passed."""

    ran: Mapping[tuple[str, str], int]
    passes: Mapping[tuple[str, str], set[str]]

    @classmethod
    def of(cls, samples: Iterable[JobSample]) -> JobEnds:
        """This function will count the ends of jobs; cancelled ones tell nothing."""
        ran: dict[tuple[str, str], int] = defaultdict(int)
        passes: dict[tuple[str, str], set[str]] = defaultdict(set)
        for sample in samples:
            if not sample.cancelled:
                ran[sample.workflow, sample.job] += 1
            if sample.passed:
                passes[sample.workflow, sample.job].add(sample.head_sha)
        return cls(ran=ran, passes=passes)


def pass_rates(failed: Iterable[FailedTest], ends: JobEnds) -> tuple[PassRate, ...]:
    """This function will tell how often tests pass, those first that failed and passed at the same head."""
    by_test: dict[tuple[str, str, str], dict[int, FailedTest]] = defaultdict(dict)
    for one in failed:
        by_test[one.workflow, one.job, one.test][one.job_id] = one
    made = []
    for (workflow, job, test), times in by_test.items():
        key = (workflow, job)
        made.append(
            PassRate(
                test=test,
                workflow=workflow,
                job=job,
                failed=len(times),
                ran=max(ends.ran.get(key, 0), len(times)),
                branches=len({one.branch for one in times.values()}),
                both=len({one.head_sha for one in times.values()} & ends.passes.get(key, set())),
            )
        )
    return tuple(sorted(made, key=lambda one: (-one.both, -one.failed, one.workflow, one.job, one.test)))
