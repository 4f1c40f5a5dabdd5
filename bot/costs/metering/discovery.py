"""Finds which repositories have a budget: their configuration says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.budget.model import Mode
from bot.config.repository import PATH, ConfigurationErrors, read_configuration
from bot.costs.ladder.due import is_holding
from bot.costs.ladder.rows import done_before
from bot.costs.metering.model import Found
from bot.costs.model import Gap, GapKind
from bot.costs.store.budgets import budget_of, forget_budget, keep_budget, save_budget
from bot.github.errors import GitHubError
from bot.markdown import code

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.github.client import RepositoryClient
    from bot.storage.database import Database

SOURCE = "configuration"  # as its gaps name it
_PATIENCE = 30.0  # seconds; the limit must hold while GitHub is away


async def find_budget(repo: RepositoryClient, database: Database, *, now: datetime) -> Found:
    """This function will read whether the repository has a budget, and keep, change or forget its row.

    Where the configuration cannot be read or has mistakes, the newest that could be read goes on to hold.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            configuration = await read_configuration(repo)
    except (GitHubError, TimeoutError) as error:
        known = await database.read(lambda connection: budget_of(connection, repo.ref.id))
        return Found(budget=known, gap=_unread(error))
    if isinstance(configuration, ConfigurationErrors):
        known = await database.read(lambda connection: budget_of(connection, repo.ref.id))
        return Found(budget=known, gap=_mistaken(configuration))
    config = configuration.budget
    if config is None:
        return await database.write(lambda connection: _end(connection, repo.ref.id, now))
    budget = await database.write(lambda connection: keep_budget(connection, repo.ref, config, now=now))
    return Found(budget=budget)


def _end(connection: Connection, repository_id: int, now: datetime) -> Found:
    """Take the budget away; while agents are paused by it, it stays as a dry run, whose looks let them go on."""
    known = budget_of(connection, repository_id, for_change=True)
    done = done_before(connection, repository_id, now=now, day=now.date())
    if known is None or not is_holding(done, now.date()):
        forget_budget(connection, repository_id)
        return Found(budget=None)
    ending = replace(known, mode=Mode.DRY_RUN)
    save_budget(connection, ending)
    return Found(budget=ending)


def _unread(error: GitHubError | TimeoutError) -> Gap:
    why = f" ({code(str(error))})" if str(error) else ""
    return Gap(
        source=SOURCE,
        kind=GapKind.UNAVAILABLE,
        text=f"{code(PATH)} could not be read{why}; what it said when it was read last goes on to hold.",
    )


def _mistaken(errors: ConfigurationErrors) -> Gap:
    return Gap(
        source=SOURCE,
        kind=GapKind.STALE,
        text=f"{code(PATH)} has mistakes ({code(str(errors.mistakes[0]))}); what it said before them goes on to hold.",
    )
