"""What a scrape is told of pipelines: how long they take, how often they pass and find caches, their tests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.stats.rules import Span, measure
from bot.stats.store import measured_repositories, runs_since
from bot.web.gauges import Gauges
from bot.web.run_facts import repository_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from bot.stats.model import PipelineRun
    from bot.stats.rules import PipelineStats, WorkflowStats

_LENGTH = timedelta(days=7)
_GREEN, _NIGHTLY = "success", "schedule"

# Every gauge: what it says, and by what beside the repository. One that is not known is not told: no zero stands in.
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pilothouse_pipeline_duration_seconds": (
        "How long whole runs of seven days that passed took.",
        ("workflow", "quantile"),
    ),
    "pilothouse_pipeline_before_seconds": ("What was usual in the seven days before.", ("workflow",)),
    "pilothouse_pipeline_commit_seconds": ("How long a commit of seven days was checked.", ("quantile",)),
    "pilothouse_pipeline_runs": ("Runs of seven days by how they ended.", ("workflow", "conclusion")),
    "pilothouse_pipeline_cache_hit_ratio": (
        "The share of caches that jobs of seven days found whole.",
        ("workflow",),
    ),
    "pilothouse_pipeline_tests": (
        "Tests at the newest whole run of the default branch.",
        ("category", "outcome"),
    ),
    "pilothouse_pipeline_run_timestamp_seconds": (
        "When the newest run of the default branch ended.",
        ("workflow",),
    ),
    "pilothouse_pipeline_green_timestamp_seconds": (
        "When the newest run of the default branch that passed ended.",
        ("workflow",),
    ),
    "pilothouse_pipeline_nightly_timestamp_seconds": (
        "When the newest run that the clock began ended.",
        ("workflow",),
    ),
    "pilothouse_pipeline_unread_runs": ("Runs of seven days whose figures could not be read.", ()),
}


def pipeline_gauges(connection: Connection, now: datetime) -> tuple[Metric, ...]:
    """This function will tell how each repository's pipeline does."""
    gauges, span = Gauges(GAUGES), Span(begin=now - _LENGTH, end=now)
    for repository_id in measured_repositories(connection, span.begin):
        runs = runs_since(connection, repository_id, span.first)
        # The rows have its id alone; the newest address says how it is called.
        gauges.repository = "/".join(repository_page(run.url for run in runs).split("/")[-2:])
        stats = measure(runs, span)
        for one in stats.workflows:
            _tell_workflow(gauges, one)
            _tell_times(gauges, one.workflow, [run for run in runs if run.workflow is one.workflow])
        _tell_whole(gauges, stats)
    return gauges.metrics


def _tell_workflow(gauges: Gauges, one: WorkflowStats) -> None:
    if one.duration is not None:
        gauges.tell("pipeline_duration_seconds", one.duration.p50, one.workflow, "0.5")
        gauges.tell("pipeline_duration_seconds", one.duration.p90, one.workflow, "0.9")
    if one.before is not None:
        gauges.tell("pipeline_before_seconds", one.before, one.workflow)
    if one.caches.rate is not None:
        gauges.tell("pipeline_cache_hit_ratio", one.caches.rate, one.workflow)
    gauges.tell("pipeline_runs", one.passed, one.workflow, "success")
    gauges.tell("pipeline_runs", one.ended - one.passed, one.workflow, "failure")


def _tell_times(gauges: Gauges, workflow: str, runs: Sequence[PipelineRun]) -> None:
    """The newest come first."""
    default = [run for run in runs if run.is_default]
    newest = {
        "run": default,
        "green": [run for run in default if run.conclusion == _GREEN],
        "nightly": [run for run in default if run.event == _NIGHTLY],
    }
    for name, found in newest.items():
        if found:
            gauges.tell(f"pipeline_{name}_timestamp_seconds", found[0].ended_at.timestamp(), workflow)


def _tell_whole(gauges: Gauges, stats: PipelineStats) -> None:
    if stats.commit is not None:
        gauges.tell("pipeline_commit_seconds", stats.commit.p50, "0.5")
        gauges.tell("pipeline_commit_seconds", stats.commit.p90, "0.9")
    for one in stats.tests:
        gauges.tell("pipeline_tests", one.counts.passed, one.category, "passed")
        gauges.tell("pipeline_tests", one.counts.failed, one.category, "failed")
        gauges.tell("pipeline_tests", one.counts.skipped, one.category, "skipped")
    gauges.tell("pipeline_unread_runs", stats.unread)
