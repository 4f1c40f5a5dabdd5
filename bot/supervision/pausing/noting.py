"""Notes what people and the budget have done to a session, once for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.sessions.model import SessionEvent
from bot.supervision.sessions.store import event_id, note_event, save_session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.supervision.sessions.model import EventKind, Session


def keep(connection: Connection, session: Session, kind: EventKind, *, text: str, cause: str) -> None:
    """This function will store the session as it stands now, with what happened to it.

    Args:
        connection: to the database.
        session: as it stands now.
        kind: what happened.
        text: safe Markdown: by whom, and what came of it.
        cause: the same cause is noted once.
    """
    save_session(connection, session)
    event = SessionEvent(
        id=event_id(session.repository_id, session.name, kind, cause),
        repository_id=session.repository_id,
        name=session.name,
        kind=kind,
        text=text,
        at=session.updated_at,
    )
    note_event(connection, event)
