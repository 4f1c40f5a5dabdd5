"""Reads how one repository stands: its builds, pull requests, environments, queue and releases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.diagnosis.reporting.metrics_store import newest_runs
from bot.storage.cost_tables import budgets
from bot.storage.shipping_tables import merge_requests, releases
from bot.storage.tables import summaries
from bot.web.dashboard.standing.held import held_environments
from bot.web.dashboard.standing.model import by_repository, version_of
from bot.web.dashboard.standing.needs import needs_of
from bot.web.dashboard.standing.rows import columns_of, read_as

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from sqlalchemy import Column, ColumnElement, Connection

    from bot.diagnosis.reporting.metrics_store import SeenRun
    from bot.web.dashboard.page import Reading
    from bot.web.dashboard.standing.model import Held, Need

_MOST_PULLS = 12
_MOST_RELEASES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PullLine:
    """A pull request that the bot has met lately."""

    number: int
    about: str  # what it met there last
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLine:
    """A release."""

    tag: str
    stage: str
    updated_at: datetime
    url: str

    @property
    def subject(self) -> str:
        """What its page is found by."""
        return self.tag.encode().hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """How a repository stands."""

    needs: tuple[Need, ...]
    runs: tuple[SeenRun, ...]
    pulls: tuple[PullLine, ...]
    held: tuple[Held, ...]
    releases: tuple[ReleaseLine, ...]
    spent: Decimal | None  # today; None without a budget
    limit: Decimal | None
    version: str


async def home_facts(reading: Reading, repository_id: int) -> HomeFacts:
    """This function will read how a repository stands."""
    runs = await newest_runs(reading.database, repository_id)
    return await reading.database.read(lambda connection: _facts(connection, reading, repository_id, runs))


async def home_version(reading: Reading, repository_id: int) -> str:
    """This function will read the version alone."""

    def read(connection: Connection) -> str:
        mine = partial(_only, repository_id)
        return version_of(needs_of(connection, mine, now=reading.now), held_environments(connection, mine))

    return await reading.database.read(read)


def _only(repository_id: int, column: Column[int]) -> ColumnElement[bool]:
    return column == repository_id


def _facts(
    connection: Connection, reading: Reading, repository_id: int, runs: tuple[SeenRun, ...]
) -> HomeFacts:
    mine = partial(_only, repository_id)
    needs, held = needs_of(connection, mine, now=reading.now), held_environments(connection, mine)
    budget = connection.execute(
        select(budgets.c.spent, budgets.c.limit).where(
            budgets.c.repository_id == repository_id, budgets.c.day == reading.now.date().isoformat()
        )
    ).first()
    return HomeFacts(
        needs=by_repository(needs).get(repository_id, ()),
        runs=runs,
        pulls=_pulls(connection, repository_id),
        held=held,
        releases=_releases(connection, repository_id),
        spent=budget.spent if budget is not None else None,
        limit=budget.limit if budget is not None else None,
        version=version_of(needs, held),
    )


def _pulls(connection: Connection, repository_id: int) -> tuple[PullLine, ...]:
    """The pull requests with a summary or a wish, the newest first, each once."""
    found: dict[int, PullLine] = {}
    for table, about in ((merge_requests, "merge"), (summaries, "summary")):
        query = select(table.c.number, table.c.updated_at).where(table.c.repository_id == repository_id)
        for row in connection.execute(query.order_by(table.c.updated_at.desc()).limit(_MOST_PULLS)):
            line = PullLine(number=row.number, about=about, at=row.updated_at)
            if row.number not in found or found[row.number].at < line.at:
                found[row.number] = line
    newest = sorted(found.values(), key=lambda line: (line.at, line.number), reverse=True)
    return tuple(newest[:_MOST_PULLS])


def _releases(connection: Connection, repository_id: int) -> tuple[ReleaseLine, ...]:
    table = releases.c
    query = select(*columns_of(ReleaseLine, releases)).where(table.repository_id == repository_id)
    newest = query.order_by(table.updated_at.desc(), table.tag).limit(_MOST_RELEASES)
    return read_as(connection, ReleaseLine, newest)
