"""Gathers what the page of a repository's CI metrics shows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.prices import Cost, cost_of
from bot.diagnosis.reporting.metrics import Measures, Stretches, measure_jobs, measure_workflows, once_each
from bot.diagnosis.reporting.metrics_store import MOST_SAMPLES, newest_runs, samples_since
from bot.web.pipeline.facts import pipeline_facts
from bot.web.run_facts import repository_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.diagnosis.reporting.metrics import JobSample
    from bot.storage.database import Database
    from bot.web.pipeline.facts import PipelineFacts

MEASURED_DAYS = 30
STRETCHES = 10  # of the trend: three days each


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFacts:
    """A workflow's measures and those of its jobs."""

    measures: Measures
    jobs: tuple[Measures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsFacts:
    """A repository's CI over the last days."""

    repository: str  # its page on GitHub; empty where nothing is known of it
    workflows: tuple[WorkflowFacts, ...]
    cost: Cost
    days: int
    stretch_days: int
    most: int  # jobs that are counted, where there were more; 0 where all are
    pipeline: PipelineFacts


async def metrics_facts(database: Database, repository_id: int, *, now: datetime) -> MetricsFacts:
    """This function will measure a repository's workflows and jobs over the last days."""
    samples = await samples_since(database, repository_id, since=now - timedelta(days=MEASURED_DAYS))
    newest = await newest_runs(database, repository_id)
    pipeline = await pipeline_facts(database, repository_id, timedelta(days=MEASURED_DAYS), now=now)
    repository = repository_page([*(one.url for one in newest), pipeline.url])
    # In a thread: the same process takes deliveries in.
    return await asyncio.to_thread(_measured, samples, repository, pipeline=pipeline, now=now)


def _measured(
    all_samples: Sequence[JobSample], repository: str, *, pipeline: PipelineFacts, now: datetime
) -> MetricsFacts:
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
        pipeline=pipeline,
        most=MOST_SAMPLES if len(all_samples) >= MOST_SAMPLES else 0,
    )
