"""The rows of the pipeline's figures: one for each attempt of a workflow run of the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, select

from bot.forms import decode
from bot.pack.model import Workflow
from bot.stats.model import MEASURED, Figures, PipelineRun
from bot.storage.stats_tables import pipeline_runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

MOST_RUNS = 10_000  # of a repository, looked at in one go


def keep_run(connection: Connection, kept: PipelineRun) -> None:
    """This function will keep an attempt; of one that is kept already the newer word holds."""
    key = (
        (pipeline_runs.c.repository_id == kept.repository_id)
        & (pipeline_runs.c.run_id == kept.run_id)
        & (pipeline_runs.c.attempt == kept.attempt)
    )
    values = {
        name: getattr(kept, name)
        for name in pipeline_runs.c.keys()  # noqa: SIM118 - a collection of columns, which iterates over those
        if name not in {"workflow", "figures"}
    }
    connection.execute(delete(pipeline_runs).where(key))
    figures = msgspec.json.encode(kept.figures).decode()
    connection.execute(pipeline_runs.insert().values(workflow=kept.workflow.value, figures=figures, **values))


def runs_since(connection: Connection, repository_id: int, since: datetime) -> tuple[PipelineRun, ...]:
    """This function will return what ended since then in a repository, the newest first."""
    query = (
        select(pipeline_runs)
        .where(pipeline_runs.c.repository_id == repository_id, pipeline_runs.c.ended_at >= since)
        .order_by(pipeline_runs.c.ended_at.desc(), pipeline_runs.c.run_id.desc())
        .limit(MOST_RUNS)
    )
    return tuple(_run(row) for row in connection.execute(query) if row.workflow in MEASURED)


def measured_repositories(connection: Connection, since: datetime) -> tuple[int, ...]:
    """This function will return the repositories in which something ended since then."""
    query = select(pipeline_runs.c.repository_id).where(pipeline_runs.c.ended_at >= since).distinct()
    return tuple(sorted(connection.execute(query).scalars()))


def _run(row: Row[Any]) -> PipelineRun:
    return PipelineRun(
        repository_id=row.repository_id,
        run_id=row.run_id,
        attempt=row.attempt,
        workflow=Workflow(row.workflow),
        branch=row.branch,
        is_default=row.is_default,
        event=row.event,
        head_sha=row.head_sha,
        conclusion=row.conclusion,
        seconds=row.seconds,
        url=row.url,
        ended_at=row.ended_at,
        figures=decode(row.figures, Figures),
    )
