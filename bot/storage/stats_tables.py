"""The table behind the pipeline's figures: what each workflow run of the pack told of itself."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from bot.storage.supervision_tables import metadata
from bot.storage.tables import UtcDateTime

__all__ = ["metadata", "pipeline_runs"]

pipeline_runs = Table(
    "pipeline_runs",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("run_id", BigInteger, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("workflow", String(64), nullable=False),  # one of the pack's, by its file name
    Column("branch", Text, nullable=False),
    Column("is_default", Boolean, nullable=False),  # whether that was the default branch then
    Column("event", String(32), nullable=False),
    Column("head_sha", String(40), nullable=False),
    Column("conclusion", String(32), nullable=False),
    Column("seconds", Integer, nullable=True),  # from its start to its end; None where GitHub did not tell
    Column(
        "figures", Text, nullable=False, server_default="{}"
    ),  # JSON: what it told of jobs, caches and tests
    Column("url", Text, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Index("pipeline_runs_by_age", "ended_at"),
    Index("pipeline_runs_by_workflow", "repository_id", "workflow", "ended_at"),
)
