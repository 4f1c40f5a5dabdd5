"""Reads what in repositories needs somebody."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select

from bot.budget.model import Stage
from bot.budget.money import dollars
from bot.deployments.leases.model import EVERYWHERE, HoldKind
from bot.gates.model import GateState
from bot.merging.model import MergeState
from bot.storage.cost_tables import budgets
from bot.storage.shipping_tables import merge_requests
from bot.storage.supervision_tables import sessions
from bot.storage.tables import failures, job_results
from bot.storage.trust_tables import gates, leases
from bot.storage.web_tables import known_repositories
from bot.web.agents.model import TROUBLE
from bot.web.dashboard.standing.model import Need, NeedKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement, Connection, Row

    # Which rows are read, by the column that holds their repository.
    Mine = Callable[[Column[int]], ColumnElement[bool]]

_RED_FOR = timedelta(days=14)  # a branch that nobody has built for longer tells nothing
_STOPPED_FOR = timedelta(days=3)
_CLOSE = Decimal("0.8")  # of the limit
_MOST_NAMED = 3


def needs_of(connection: Connection, mine: Mine, *, now: datetime) -> tuple[Need, ...]:
    """This function will read what needs somebody in these repositories."""
    return (
        *_red(connection, mine, now),
        *_frozen(connection, mine),
        *_agents(connection, mine),
        *_budgets(connection, mine, now),
        *_gates(connection, mine),
        *_stopped(connection, mine, now),
    )


def _red(connection: Connection, mine: Mine, now: datetime) -> Iterator[Need]:
    """Workflows whose newest run on the default branch failed: none ran later, nor again."""
    newest = (
        select(
            failures.c.repository_id,
            failures.c.branch,
            failures.c.workflow,
            func.max(failures.c.run_id).label("run_id"),
        )
        .join(
            known_repositories,
            and_(
                known_repositories.c.repository_id == failures.c.repository_id,
                known_repositories.c.default_branch == failures.c.branch,
            ),
        )
        .where(
            mine(failures.c.repository_id), failures.c.seen_at >= now - _RED_FOR, failures.c.number.is_(None)
        )
        .group_by(failures.c.repository_id, failures.c.branch, failures.c.workflow)
        .subquery()
    )
    later = exists().where(
        job_results.c.repository_id == newest.c.repository_id,
        job_results.c.branch == newest.c.branch,
        job_results.c.workflow == newest.c.workflow,
        job_results.c.run_id > newest.c.run_id,
    )
    again = exists().where(
        job_results.c.repository_id == failures.c.repository_id,
        job_results.c.run_id == failures.c.run_id,
        job_results.c.attempt > failures.c.attempt,
    )
    query = (
        select(failures)
        .join(
            newest,
            and_(
                failures.c.repository_id == newest.c.repository_id,
                failures.c.run_id == newest.c.run_id,
                failures.c.workflow == newest.c.workflow,
            ),
        )
        .where(failures.c.position == 0, ~later, ~again)
    )
    runs: defaultdict[tuple[int, str], list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in connection.execute(query.order_by(failures.c.job)):
        runs[row.repository_id, row.workflow].append(row)
    for (repository_id, workflow), rows in runs.items():
        yield Need(
            kind=NeedKind.RED,
            repository_id=repository_id,
            text=f"{workflow} failed on {rows[0].branch}: {_named([row.job for row in rows])}",
            since=max(row.seen_at for row in rows),
            subject=f"{rows[0].run_id}/{max(row.attempt for row in rows)}",
            url=rows[0].url,
        )


def _frozen(connection: Connection, mine: Mine) -> Iterator[Need]:
    query = select(leases).where(
        mine(leases.c.repository_id), leases.c.run_id != "", leases.c.kind == HoldKind.FREEZE.value
    )
    for row in connection.execute(query):
        yield Need(
            kind=NeedKind.FROZEN,
            repository_id=row.repository_id,
            text=f"{environment_word(row.environment)} is frozen after a rollback",
            since=row.taken_at,
            subject=row.environment,
        )


def _agents(connection: Connection, mine: Mine) -> Iterator[Need]:
    states = [state.value for state in TROUBLE]
    query = select(sessions.c.repository_id, sessions.c.name, sessions.c.state, sessions.c.since).where(
        mine(sessions.c.repository_id), sessions.c.state.in_(states)
    )
    for row in connection.execute(query):
        word = "cannot be seen" if row.state == "unknown" else f"is {row.state}"
        yield Need(
            kind=NeedKind.AGENT,
            repository_id=row.repository_id,
            text=f"{row.name} {word}",
            since=row.since,
            subject=row.name,
        )


def _budgets(connection: Connection, mine: Mine, now: datetime) -> Iterator[Need]:
    table = budgets.c
    query = select(
        table.repository_id, table.stage, table.spent, table.limit, table.forecast, table.read_at
    ).where(mine(table.repository_id), table.day == now.date().isoformat())
    for row in connection.execute(query):
        is_stopping = Stage(row.stage).height >= Stage.FROZEN.height
        if not is_stopping and row.spent < row.limit * _CLOSE and row.forecast < row.limit:
            continue
        told = f"{dollars(row.spent)} of {dollars(row.limit)} spent today"
        ahead = "" if is_stopping else f", {dollars(row.forecast)} expected"
        yield Need(
            kind=NeedKind.BUDGET, repository_id=row.repository_id, text=f"{told}{ahead}", since=row.read_at
        )


def _gates(connection: Connection, mine: Mine) -> Iterator[Need]:
    query = select(
        gates.c.id,
        gates.c.repository_id,
        gates.c.number,
        gates.c.environment,
        gates.c.requester,
        gates.c.opened_at,
    ).where(mine(gates.c.repository_id), gates.c.state == GateState.WAITING.value)
    for row in connection.execute(query):
        about = f" (#{row.number})" if row.number else ""
        yield Need(
            kind=NeedKind.GATE,
            repository_id=row.repository_id,
            text=f"{row.environment} waits for approval, asked by {row.requester}{about}",
            since=row.opened_at,
            subject=row.id,
        )


def _stopped(connection: Connection, mine: Mine, now: datetime) -> Iterator[Need]:
    table = merge_requests.c
    query = select(table.repository_id, table.number, table.updated_at, table.person).where(
        mine(table.repository_id),
        table.state == MergeState.STOPPED.value,
        table.updated_at >= now - _STOPPED_FOR,
    )
    for row in connection.execute(query):
        yield Need(
            kind=NeedKind.STOPPED,
            repository_id=row.repository_id,
            text=f"#{row.number} was not merged for {row.person}"
            if row.person
            else f"#{row.number} was not merged",
            since=row.updated_at,
            subject=str(row.number),
        )


def environment_word(key: str) -> str:
    """This function will name an environment as it is stored; what stands for all of them is called so."""
    return "Every environment" if key == EVERYWHERE else key


def _named(jobs: Sequence[str]) -> str:
    more = len(jobs) - _MOST_NAMED
    return ", ".join(jobs[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
