"""Keeps the report at what the newest reading says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.costs.report.publishing import CommentText, Publisher
from bot.costs.report.saying.day import day_marker, render_day
from bot.costs.report.saying.month import month_of, render_month
from bot.costs.report.store import written
from bot.github.errors import GitHubError
from bot.github.limits import Priority

if TYPE_CHECKING:
    from bot.config.costing import CostConfig
    from bot.costs.model import Reading
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef

_log = structlog.get_logger()


async def keep_report(
    run: Run, reading: Reading, config: CostConfig, services: CostServices, repository: RepositoryRef
) -> None:
    """This function will make the month's issue and the day's comment say what the reading says.

    Where GitHub does not take it, the next look writes it: a report never stops the meter.
    """
    if not config.report.issue:
        return
    now = await run.now()
    world = services.services
    publisher = Publisher(
        repo=world.github.repository(repository, priority=Priority.SUMMARY),
        effects=world.effects,
        database=world.database,
        now=now,
    )
    try:
        await run.step("report", lambda: _write(publisher, reading, config), returns=None)
    except GitHubError as error:
        _log.warning("cost_report_not_written", repository=repository.full_name, error=str(error))


async def _write(publisher: Publisher, reading: Reading, config: CostConfig) -> None:
    known = await publisher.database.read(lambda connection: written(connection, reading.repository_id))
    month, day = month_of(reading.day), str(reading.day)
    issue = await publisher.issue(render_month(reading.day, labels=config.report.labels), known.get(month))
    text = CommentText(period=day, marker=day_marker(reading.day), body=render_day(reading))
    await publisher.comment(text, issue.issue_number, known.get(day))
