"""Computes how a pipeline does over some days: times, passes, cache hits, tests by category, and how that changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.reporting.metrics import USUAL_SHARE, Spread, Stretches, percentile, spread
from bot.pack.model import CHECKS, Workflow
from bot.stats.model import MEASURED, TELLING, CacheHit, Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from bot.stats.model import PipelineRun

STRETCHES = 10  # of a trend
LEAST_JOBS = 3  # that hit and that missed, before it is told what a miss costs
_GREEN, _RED = "success", frozenset({"failure", "timed_out", "startup_failure"})
_DISPATCHED = "workflow_dispatch"
_WHOLE = frozenset({"push", "schedule"})  # events at which every test of the default branch runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that are looked at; as many before them are what they are held against."""

    begin: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.begin

    @property
    def first(self) -> datetime:
        """From when on runs are needed."""
        return self.begin - self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """How often jobs found what they had kept."""

    hits: int = 0
    partial: int = 0
    misses: int = 0

    @property
    def rate(self) -> float | None:
        """The share of those that asked which found all of it."""
        asked = self.hits + self.partial + self.misses
        return self.hits / asked if asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStats:
    """How one job of a workflow does."""

    name: str
    times: int
    duration: Spread | None
    caches: Caches
    miss_costs: float | None  # seconds by which it usually takes longer where nothing was found


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowStats:
    """How one workflow does."""

    workflow: Workflow
    ended: int  # passed or failed
    passed: int
    duration: Spread | None  # of those that passed
    before: float | None  # what was usual in as many days before
    caches: Caches
    trend: tuple[float | None, ...]  # usual seconds, the oldest stretch first
    newest: PipelineRun
    jobs: tuple[JobStats, ...] = ()  # the slowest first

    @property
    def success_rate(self) -> float | None:
        """The share of those that ended which passed."""
        return self.passed / self.ended if self.ended else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryStats:
    """The tests of one category at the newest whole run of the default branch."""

    category: str
    counts: Counts
    change: int | None  # against the newest such run before the days; None where there was none


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStats:
    """How a pipeline does."""

    workflows: tuple[WorkflowStats, ...] = ()
    tests: tuple[CategoryStats, ...] = ()
    commit: Spread | None = None  # seconds from a commit's first run to the end of its last, all three passed
    unread: int = 0  # runs whose figures could not be read
    problem: str = ""  # of the newest of them

    @property
    def total(self) -> Counts:
        """The tests of all categories."""
        return total(one.counts for one in self.tests)

    @property
    def caches(self) -> Caches:
        """What all workflows found of what they had kept."""
        known = [one.caches for one in self.workflows]
        return Caches(
            hits=sum(one.hits for one in known),
            partial=sum(one.partial for one in known),
            misses=sum(one.misses for one in known),
        )


def total(counts: Iterable[Counts]) -> Counts:
    """This function will add counts up."""
    known = list(counts)
    return Counts(
        passed=sum(one.passed for one in known),
        failed=sum(one.failed for one in known),
        skipped=sum(one.skipped for one in known),
    )


def measure(runs: Sequence[PipelineRun], span: Span) -> PipelineStats:
    """This function will measure a pipeline.

    Args:
        runs: what ended since the span's `first`, the newest first.
        span: the days that are looked at.
    """
    within = [run for run in runs if span.begin <= run.ended_at <= span.end]
    unread = [run for run in within if run.figures.problem]
    return PipelineStats(
        workflows=tuple(
            _workflow(file, [run for run in runs if run.workflow is file], span)
            for file in MEASURED.values()
            if any(run.workflow is file for run in within)
        ),
        tests=_tests(runs, span),
        commit=_commit(within),
        unread=len(unread),
        problem=unread[0].figures.problem if unread else "",
    )


def _is_full(run: PipelineRun) -> bool:
    """Whether all of its workflow was to run: what a person starts may be a single job."""
    return run.workflow not in TELLING or run.event != _DISPATCHED


def _is_whole(run: PipelineRun) -> bool:
    """Whether all of its workflow ran in it: another attempt may be of those jobs that failed."""
    return run.attempt == 1 and _is_full(run)


def _workflow(file: Workflow, runs: Sequence[PipelineRun], span: Span) -> WorkflowStats:
    within = [run for run in runs if span.begin <= run.ended_at <= span.end]
    earlier = [run for run in runs if run.ended_at < span.begin]
    full = [run for run in within if _is_full(run)]
    passed = [run for run in full if run.conclusion == _GREEN]
    stretches = Stretches(begin=span.begin, end=span.end, count=STRETCHES)
    return WorkflowStats(
        workflow=file,
        ended=len(passed) + sum(run.conclusion in _RED for run in full),
        passed=len(passed),
        duration=spread(_seconds(passed)),
        before=percentile(_seconds(run for run in earlier if run.conclusion == _GREEN), USUAL_SHARE),
        caches=_caches(job.cache for run in within for job in run.figures.jobs),
        trend=_trend(passed, stretches),
        newest=within[0],
        jobs=_jobs(within),
    )


def _seconds(runs: Iterable[PipelineRun]) -> list[float]:
    return [run.seconds for run in runs if run.seconds is not None and _is_whole(run)]


def _trend(passed: Iterable[PipelineRun], stretches: Stretches) -> tuple[float | None, ...]:
    cut: list[list[PipelineRun]] = [[] for _ in range(stretches.count)]
    for run in passed:
        cut[stretches.index(run.ended_at)].append(run)
    return tuple(percentile(_seconds(one), USUAL_SHARE) for one in cut)


def _caches(found: Iterable[CacheHit]) -> Caches:
    counts = Counter(found)
    return Caches(hits=counts[CacheHit.HIT], partial=counts[CacheHit.PARTIAL], misses=counts[CacheHit.MISS])


def _jobs(runs: Iterable[PipelineRun]) -> tuple[JobStats, ...]:
    times: defaultdict[str, defaultdict[CacheHit, list[float]]] = defaultdict(lambda: defaultdict(list))
    caches: defaultdict[str, list[CacheHit]] = defaultdict(list)
    for run in runs:
        for job in run.figures.jobs:
            caches[job.name].append(job.cache)
            if job.seconds is not None and run.conclusion == _GREEN:
                times[job.name][job.cache].append(job.seconds)
    made = [_job(name, found, times[name]) for name, found in caches.items()]
    return tuple(sorted(made, key=lambda job: (-job.duration.p50 if job.duration else 0.0, job.name)))


def _job(name: str, found: Sequence[CacheHit], times: Mapping[CacheHit, list[float]]) -> JobStats:
    return JobStats(
        name=name,
        times=len(found),
        duration=spread(seconds for each in times.values() for seconds in each),
        caches=_caches(found),
        miss_costs=_miss_costs(times.get(CacheHit.HIT, ()), times.get(CacheHit.MISS, ())),
    )


def _miss_costs(hits: Sequence[float], misses: Sequence[float]) -> float | None:
    if min(len(hits), len(misses)) < LEAST_JOBS:
        return None
    with_it, without = percentile(hits, USUAL_SHARE), percentile(misses, USUAL_SHARE)
    return None if with_it is None or without is None else max(0.0, without - with_it)


def _tests(runs: Sequence[PipelineRun], span: Span) -> tuple[CategoryStats, ...]:
    counted = [run for run in runs if run.is_default and run.event in _WHOLE and run.figures.tests]
    now = _newest_counts(run for run in counted if run.ended_at <= span.end)
    before = _newest_counts(run for run in counted if run.ended_at < span.begin)
    return tuple(
        CategoryStats(category=category, counts=counts, change=_change(counts, before.get(category), before))
        for category, counts in sorted(now.items(), key=lambda one: (-one[1].all, one[0]))
    )


def _newest_counts(runs: Iterable[PipelineRun]) -> dict[str, Counts]:
    newest: dict[Workflow, PipelineRun] = {}
    for run in runs:
        newest.setdefault(run.workflow, run)
    categories: defaultdict[str, list[Counts]] = defaultdict(list)
    for run in newest.values():
        for category, counts in run.figures.tests.items():
            categories[category].append(counts)
    return {category: total(counts) for category, counts in categories.items()}


def _change(now: Counts, then: Counts | None, before: Mapping[str, Counts]) -> int | None:
    if not before:
        return None
    return now.all - (then.all if then is not None else 0)


def _commit(runs: Iterable[PipelineRun]) -> Spread | None:
    """How long a commit waits for all that checks it, where it was all done and passed."""
    by_commit: defaultdict[tuple[str, str], dict[Workflow, PipelineRun]] = defaultdict(dict)
    for run in runs:
        if run.workflow in CHECKS and _is_whole(run):
            by_commit[run.head_sha, run.event].setdefault(run.workflow, run)
    return spread(_took(list(found.values())) for found in by_commit.values() if len(found) == len(CHECKS))


def _took(runs: Sequence[PipelineRun]) -> float | None:
    ends = [(run.ended_at.timestamp(), run.seconds) for run in runs if run.conclusion == _GREEN]
    begins = [ended - seconds for ended, seconds in ends if seconds is not None]
    if len(begins) < len(runs):
        return None
    return max(ended for ended, _ in ends) - min(begins)
