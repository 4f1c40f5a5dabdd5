"""The rows of sessions and of what happened to them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from bot.forms import decode
from bot.storage.supervision_tables import session_events, sessions
from bot.supervision.sessions.model import EventKind, Process, Session, SessionEvent, SessionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row

_DIGITS = 20
_KEPT_OTHERWISE = frozenset({"repository_id", "name", "state", "process", "starts"})


def sessions_of(connection: Connection, repository_id: int) -> tuple[Session, ...]:
    """This function will return the repository's sessions, by name."""
    query = select(sessions).where(sessions.c.repository_id == repository_id)
    return tuple(_session(row) for row in connection.execute(query.order_by(sessions.c.name)))


def session_of(connection: Connection, repository_id: int, name: str) -> Session | None:
    """This function will return the session of an agent; None where it was not looked at yet."""
    row = connection.execute(select(sessions).where(*_place(repository_id, name))).first()
    return None if row is None else _session(row)


def save_session(connection: Connection, session: Session) -> None:
    """This function will store the session as it stands."""
    place, values = _place(session.repository_id, session.name), _values(session)
    if connection.execute(sessions.update().where(*place).values(values)).rowcount == 0:
        key = {"repository_id": session.repository_id, "name": session.name}
        connection.execute(sessions.insert().values(key | values))


def change_session(
    connection: Connection, repository_id: int, name: str, change: Callable[[Session], Session]
) -> Session | None:
    """This function will store what the change makes of the session, and return it; nobody else changes it meanwhile.

    Returns None where it was not looked at yet.
    """
    query = select(sessions).where(*_place(repository_id, name)).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        return None
    changed = change(_session(row))
    connection.execute(sessions.update().where(*_place(repository_id, name)).values(_values(changed)))
    return changed


def forget_sessions(connection: Connection, repository_id: int, *, but: frozenset[str]) -> None:
    """This function will take away the rows of sessions that the configuration does not name any more.

    One that an issue tells of stays until that is closed.
    """
    gone = (
        sessions.c.repository_id == repository_id,
        sessions.c.name.not_in(but),
        sessions.c.issue.is_(None),
    )
    connection.execute(sessions.delete().where(*gone))


def note_event(connection: Connection, event: SessionEvent) -> None:
    """This function will store what happened to a session, once for each id."""
    known = connection.execute(select(session_events.c.id).where(session_events.c.id == event.id)).first()
    if known is None:
        values = {name: getattr(event, name) for name in event.__slots__}
        connection.execute(session_events.insert().values(values | {"kind": event.kind.value}))


def events_of(
    connection: Connection, repository_id: int, name: str | None = None, *, most: int
) -> tuple[SessionEvent, ...]:
    """This function will return what happened to a session, or to all of the repository, the newest first."""
    query = select(session_events).where(session_events.c.repository_id == repository_id)
    if name is not None:
        query = query.where(session_events.c.name == name)
    rows = connection.execute(query.order_by(session_events.c.at.desc(), session_events.c.id).limit(most))
    return tuple(
        SessionEvent(**dict(row._mapping) | {"kind": EventKind(row.kind)})  # noqa: SLF001 - SQLAlchemy's public name
        for row in rows
    )


def event_id(*parts: object) -> str:
    """This function will make the id of an event from what tells it from every other one."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:_DIGITS]


def _place(repository_id: int, name: str) -> tuple[Any, ...]:
    return (sessions.c.repository_id == repository_id, sessions.c.name == name)


def _values(session: Session) -> dict[str, Any]:
    process = msgspec.json.encode(session.process).decode() if session.process is not None else ""
    values = {name: getattr(session, name) for name in session.__slots__ if name not in _KEPT_OTHERWISE}
    return values | {
        "state": session.state.value,
        "process": process,
        "starts": msgspec.json.encode(session.starts).decode(),
    }


def _session(row: Row[Any]) -> Session:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    process = decode(row.process, Process) if row.process else None
    starts = decode(row.starts, tuple[datetime, ...])
    return Session(**values | {"state": SessionState(row.state), "process": process, "starts": starts})
