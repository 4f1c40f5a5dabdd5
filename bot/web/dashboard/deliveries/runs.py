"""Says how runs of the engine stand, for a process that does not load the engine library."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlalchemy as sa

from bot.engine.durable_store import BEGUN, FAILED, engine_url
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.storage.database import Database

_SUCCESS = "SUCCESS"
# What a run ended with stands in a table of its own.
_QUERY = (
    "select s.workflow_uuid, s.status, s.name, s.created_at, s.updated_at, s.recovery_attempts, o.error"
    " from {schema}workflow_status s left join {schema}workflow_output o on o.workflow_uuid = s.workflow_uuid"
    " where s.workflow_uuid"
)
_MOST_RUNS = 100  # of one delivery
_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStanding:
    """How one run stands."""

    run_id: str
    flow: str
    status: str  # as the engine's tables have it
    began_at: datetime
    moved_at: datetime
    attempts: int  # times that a process began it or went on with it
    error: str  # why it failed; empty otherwise

    @property
    def word(self) -> tuple[str, str]:
        """How its state is coloured and called."""
        if self.status == _SUCCESS:
            return "good", "Done"
        if self.status in FAILED:
            return "bad", "Failed"
        return ("wait", "Running") if self.status == BEGUN else ("calm", "Queued")

    @property
    def is_over(self) -> bool:
        """Whether it cannot change any more."""
        return self.status == _SUCCESS or self.status in FAILED


async def standings_of(database: Database, run_ids: Iterable[str]) -> Mapping[str, RunStanding]:
    """This function will say how those of the runs stand that the engine still knows."""
    wanted = list(dict.fromkeys(run_ids))[:_MOST_RUNS]
    if not wanted:
        return {}
    if database.url.get_backend_name() == "sqlite":
        rows = await asyncio.to_thread(_from_file, str(database.url), wanted)
    else:
        rows = await database.read(lambda connection: _from_server(connection, wanted))
    return {row[0]: _standing(row) for row in rows}


def _from_file(url: str, run_ids: Collection[str]) -> list[Any]:
    """The engine's own file; it is not there before the first worker began."""
    place = quote(str(engine_url(url).database))
    marks = ",".join("?" * len(run_ids))
    try:
        with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=5)) as connection:
            query = f"{_QUERY.format(schema='')} in ({marks})"
            return connection.execute(query, list(run_ids)).fetchall()
    except sqlite3.OperationalError:
        return []


def _from_server(connection: Connection, run_ids: Collection[str]) -> list[Any]:
    if connection.execute(sa.text("select to_regclass('dbos.workflow_status')")).scalar() is None:
        return []
    query = sa.text(f"{_QUERY.format(schema='dbos.')} = any(:ids)")
    return list(connection.execute(query, {"ids": list(run_ids)}))


def _standing(row: Sequence[Any]) -> RunStanding:
    run_id, status, flow, created_at, updated_at, attempts, error = row
    return RunStanding(
        run_id=run_id,
        flow=flow or "",
        status=status,
        began_at=_moment(created_at),
        moved_at=_moment(updated_at),
        attempts=attempts or 0,
        error=_said(error) if status in FAILED else "",
    )


def _moment(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)


def _said(error: str | None) -> str:
    """What a failed run said, without secrets; the engine keeps it as JSON."""
    try:
        told = json.loads(error or "")
        words = f"{told['name']}: {told['message']}"
    except (KeyError, TypeError, ValueError):
        words = error or ""
    return redact(words)[:_LONGEST_ERROR]
