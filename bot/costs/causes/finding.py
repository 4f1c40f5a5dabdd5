"""Finds in what is stored why a service has cost more, and for which deployments workflow runs ran."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.costs.causes.words import Deployed, Grown, cause_words
from bot.costs.minutes.counting import SOURCE
from bot.costs.store.meters import lines_of
from bot.storage.trust_tables import deployments

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection

    from bot.costs.model import MeterLine

_DAY = timedelta(days=1)


def cause_of(
    connection: Connection, repository_id: int, *, service: str, day: date, share: Decimal = Decimal(1)
) -> str:
    """This function will say why a service has cost more on a day than on the day before; empty where unknown.

    Args:
        connection: to the database.
        repository_id: of the repository.
        service: as the lines name it.
        day: in UTC.
        share: how much of the day is over, from 0 to 1.

    Returns:
        One sentence of safe Markdown.
    """
    today, before = (
        [line for line in lines_of(connection, repository_id, on) if line.service == service]
        for on in (day, day - _DAY)
    )
    deployed = _deployed(connection, repository_id, day)
    return cause_words(Grown(today=today, before=before, share=share, deployed=deployed))


def _deployed(connection: Connection, repository_id: int, day: date) -> tuple[Deployed, ...]:
    midnight = datetime.combine(day, time(), UTC)
    query = select(deployments).where(
        deployments.c.repository_id == repository_id,
        deployments.c.created_at >= midnight,
        deployments.c.created_at < midnight + _DAY,
        deployments.c.workflow_run_id > 0,
    )
    return tuple(
        Deployed(
            number=row.number,
            environment=row.environment,
            author=row.author,
            at=row.created_at,
            url=row.log_url,
        )
        for row in connection.execute(query)
    )


def attributed(
    connection: Connection, repository_id: int, lines: Iterable[MeterLine]
) -> tuple[MeterLine, ...]:
    """This function will give the workflow runs that deployed their environment and pull request."""
    every = tuple(lines)
    runs = {run for run in map(_run_of, every) if run is not None}
    if not runs:
        return every
    query = select(deployments).where(
        deployments.c.repository_id == repository_id, deployments.c.workflow_run_id.in_(sorted(runs))
    )
    found = connection.execute(query.order_by(deployments.c.deployment_id))
    known = {row.workflow_run_id: row for row in found}
    return tuple(
        line if row is None else replace(line, environment=row.environment, number=row.number or line.number)
        for line, row in ((line, known.get(_run_of(line))) for line in every)
    )


def _run_of(line: MeterLine) -> int | None:
    run = line.item.partition("/")[0]
    return int(run) if line.source == SOURCE and run.isdecimal() else None
