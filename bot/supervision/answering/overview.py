"""Reads how the agents of a repository stand, with what each did last and what it has cost today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from bot.config.agents import AgentConfig  # noqa: TC001 - as above
from bot.costs.store.readings import newest_reading
from bot.storage.supervision_tables import session_events
from bot.supervision.answering.words import ORDER
from bot.supervision.sessions.model import EventKind, Session, SessionEvent
from bot.supervision.sessions.store import events_of, session_of, sessions_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from bot.supervision.model import Supervision


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """One agent that the configuration names."""

    name: str
    config: AgentConfig
    session: Session | None = None  # None where it was not looked at yet
    last: SessionEvent | None = None  # what happened to it last
    price: Decimal | None = None  # dollars today; None where that is not known

    @property
    def host(self) -> str:
        """Where it runs; empty for the bot's own machine."""
        return self.config.host or ""


def overview_of(connection: Connection, supervision: Supervision, *, day: date) -> tuple[AgentRow, ...]:
    """This function will read every agent of the configuration, what a person should see first coming first."""
    repository_id = supervision.repository.id
    known = {one.name: one for one in sessions_of(connection, repository_id)}
    newest, prices = _newest_events(connection, repository_id), _prices(connection, repository_id, day)
    rows = (
        AgentRow(
            name=name,
            config=config,
            session=known.get(name),
            last=newest.get(name),
            price=prices.get(name),
        )
        for name, config in supervision.supervised.agents.items()
    )
    return tuple(sorted(rows, key=lambda row: (_rank(row), row.name)))


def row_of(connection: Connection, supervision: Supervision, name: str, *, day: date) -> AgentRow | None:
    """This function will read one agent; None where the configuration does not name it."""
    repository_id, config = supervision.repository.id, supervision.supervised.agents.get(name)
    if config is None:
        return None
    newest = events_of(connection, repository_id, name, most=1)
    return AgentRow(
        name=name,
        config=config,
        session=session_of(connection, repository_id, name),
        last=newest[0] if newest else None,
        price=_prices(connection, repository_id, day).get(name),
    )


def _rank(row: AgentRow) -> int:
    return len(ORDER) if row.session is None else ORDER.index(row.session.state)


def _prices(connection: Connection, repository_id: int, day: date) -> dict[str, Decimal]:
    """What today's newest reading tells; an agent of which it tells nothing may have cost something."""
    reading = newest_reading(connection, repository_id, day=day)
    return dict(reading.sums.by_agent) if reading is not None else {}


def _newest_events(connection: Connection, repository_id: int) -> dict[str, SessionEvent]:
    """What happened last to each session; of what happened at the same moment, one."""
    c = session_events.c
    last = (
        select(c.name, func.max(c.at).label("at"))
        .where(c.repository_id == repository_id)
        .group_by(c.name)
        .subquery()
    )
    is_last = and_(c.repository_id == repository_id, c.name == last.c.name, c.at == last.c.at)
    rows = connection.execute(select(session_events).join(last, is_last).order_by(c.id))
    return {
        row.name: SessionEvent(
            id=row.id,
            repository_id=row.repository_id,
            name=row.name,
            kind=EventKind(row.kind),
            text=row.text,
            at=row.at,
        )
        for row in rows
    }
