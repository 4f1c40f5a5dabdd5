"""Gathers everything that is known of one failure of a repository."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.diagnosis.reporting.metrics_store import outcomes_of
from bot.forms import decode
from bot.web.dashboard.failures.facts import DAYS, SummedUp, rows_of
from bot.web.dashboard.failures.query import FailureQuery, named, passes_at, sightings_of, summed_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from bot.diagnosis.model import Failure
    from bot.web.dashboard.page import Reading

_MOST_SIGHTINGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One time that a failure was seen."""

    row: Row[Any]
    passed_url: str  # of the same job, which passed at the same commit; empty where none did


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFacts:
    """One failure, wherever it was seen."""

    known: SummedUp
    sightings: Sequence[Sighting]
    left_out: int
    tests: tuple[str, ...]
    told: Failure | None  # what the newest log said; None once that is forgotten


async def failure_facts(reading: Reading, repository_id: int, beginning: str) -> FailureFacts | None:
    """This function will read what is known of the failure whose fingerprint begins so; None where none does."""
    found = await reading.database.read(
        lambda connection: _known(connection, reading, repository_id, beginning)
    )
    if found is None:
        return None
    known, sightings, left_out = found
    newest = known.newest
    outcomes = await outcomes_of(reading.database, repository_id, [(newest.run_id, newest.attempt)])
    told = [
        failure
        for outcome in outcomes
        for failure in outcome.diagnosis.failures
        if failure.fingerprint == known.fingerprint
    ]
    return FailureFacts(
        known=known,
        sightings=sightings,
        left_out=left_out,
        tests=decode(newest.tests, tuple[str, ...]),
        told=told[0] if told else None,
    )


def _known(
    connection: Connection, reading: Reading, repository_id: int, beginning: str
) -> tuple[SummedUp, list[Sighting], int] | None:
    fingerprint = named(connection, repository_id, beginning)
    if fingerprint is None:
        return None
    query = FailureQuery(repository_id=repository_id, since=reading.now - timedelta(days=DAYS), limit=1)
    found = summed_up(connection, query, fingerprint=fingerprint)
    if not found:
        return None
    (known,) = rows_of(connection, query, found, now=reading.now)
    seen = sightings_of(connection, query, [fingerprint])
    once = list({row.job_id: row for row in reversed(seen)}.values())[::-1]
    passes = passes_at(connection, repository_id, {row.head_sha for row in once[:_MOST_SIGHTINGS]})
    shown = [
        Sighting(row=row, passed_url=passes.get((row.workflow, row.job, row.head_sha), ""))
        for row in once[:_MOST_SIGHTINGS]
    ]
    return known, shown, max(0, len(once) - _MOST_SIGHTINGS)
