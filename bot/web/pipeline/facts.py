"""Gathers what the page of CI metrics shows of a repository's pipeline."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.stats.render import changed
from bot.stats.rules import PipelineStats, Span, measure
from bot.stats.store import MOST_RUNS, runs_since

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.stats.rules import WorkflowStats
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFacts:
    """How the pipeline does over some days."""

    stats: PipelineStats
    days: int
    url: str  # of its newest run; empty where nothing ran
    most: int  # runs that are counted, where there were more; 0 where all are

    def changed(self, one: WorkflowStats) -> str:
        """This function will say by how much a workflow's usual time differs from before."""
        return changed(one.duration.p50 if one.duration else None, one.before)


async def pipeline_facts(
    database: Database, repository_id: int, length: timedelta, *, now: datetime
) -> PipelineFacts:
    """This function will measure a repository's pipeline over a time that ends now."""
    span = Span(begin=now - length, end=now)
    runs = await database.read(lambda connection: runs_since(connection, repository_id, span.first))
    # In a thread: the same process takes deliveries in.
    stats = await asyncio.to_thread(measure, runs, span)
    return PipelineFacts(
        stats=stats,
        days=length.days,
        url=stats.workflows[0].newest.url if stats.workflows else "",
        most=MOST_RUNS if len(runs) >= MOST_RUNS else 0,
    )
