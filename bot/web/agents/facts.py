"""Gathers what the pages of agents show."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.diagnosis.reporting.metrics_store import newest_address
from bot.page_links import AGENTS
from bot.storage.supervision_tables import fixes, hung_runs, session_events, sessions, supervisions
from bot.supervision.answering.overview import overview_of, row_of
from bot.supervision.fixing.store import fixes_since
from bot.supervision.keeping.store import supervision_of
from bot.supervision.runs.store import hung_runs_of
from bot.supervision.sessions.store import events_of
from bot.web.agents.model import AgentsFacts
from bot.web.deployment_facts import decided
from bot.web.run_facts import repository_page

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database
    from bot.supervision.model import Supervision

_MOST_EVENTS = 40
_MOST_OF_ONE = 200
_MOST_HUNG = 30
_MOST_FIXES = 50
_HUNG_FOR, _FIXED_FOR = timedelta(days=7), timedelta(days=30)
_DIGITS = 12


async def agents_facts(
    database: Database, repository_id: int, subject: str, *, now: datetime
) -> AgentsFacts | None:
    """This function will read all agents of a repository, or one; None where there is nothing to show."""

    def read(connection: Connection) -> AgentsFacts | None:
        supervision = supervision_of(connection, repository_id)
        if supervision is None:
            return None
        if subject == AGENTS:
            return _all(connection, supervision, now)
        return _one(connection, supervision, subject, now)

    return await database.read(read)


async def agents_version(database: Database, repository_id: int) -> str:
    """This function will read how it all stands, without all that the pages show."""
    return await database.read(lambda connection: _version(connection, repository_id))


def _all(connection: Connection, supervision: Supervision, now: datetime) -> AgentsFacts:
    repository_id = supervision.repository.id
    hung = hung_runs_of(connection, repository_id, since=now - _HUNG_FOR)[:_MOST_HUNG]
    fixed = fixes_since(connection, repository_id, now - _FIXED_FOR)[:_MOST_FIXES]
    known = (
        newest_address(connection, repository_id),
        *(one.url for one in hung),
        *(one.trouble.run_url for one in fixed),
    )
    return AgentsFacts(
        supervision=supervision,
        repository=repository_page(known),
        rows=overview_of(connection, supervision, day=now.date()),
        events=events_of(connection, repository_id, most=_MOST_EVENTS),
        hung=hung,
        fixes=fixed,
        version=_version(connection, repository_id),
    )


def _one(connection: Connection, supervision: Supervision, name: str, now: datetime) -> AgentsFacts | None:
    repository_id = supervision.repository.id
    row = row_of(connection, supervision, name, day=now.date())
    if row is None:
        return None
    decision = row.session.decision_id if row.session is not None else ""
    return AgentsFacts(
        supervision=supervision,
        repository=repository_page((newest_address(connection, repository_id),)),
        rows=(row,),
        events=events_of(connection, repository_id, name, most=_MOST_OF_ONE),
        one=row,
        decided=decided(connection, repository_id, decision),
        version=_version(connection, repository_id),
    )


def _version(connection: Connection, repository_id: int) -> str:
    """Of when each table changed last and how much it holds; each look changes it, for the pages tell of that too."""
    parts = [
        str(tuple(connection.execute(select(*columns).where(table.c.repository_id == repository_id)).one()))
        for table, columns in (
            (supervisions, (func.max(supervisions.c.watched_at), func.max(supervisions.c.supervised_at))),
            (sessions, (func.max(sessions.c.updated_at), func.count())),
            (session_events, (func.max(session_events.c.at), func.count())),
            (hung_runs, (func.max(hung_runs.c.updated_at), func.count())),
            (fixes, (func.max(fixes.c.updated_at), func.count())),
        )
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]
