"""Writes down what a look found out, what was decided, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.decisions.store import Where, record
from bot.supervision.keeping.store import note_watched
from bot.supervision.sessions.judging.concluding import Happened, begun_now, conclude_session
from bot.supervision.sessions.judging.rules import KIND
from bot.supervision.sessions.model import EventKind, SessionEvent, SessionState
from bot.supervision.sessions.store import (
    change_session,
    event_id,
    forget_sessions,
    note_event,
    save_session,
    session_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database
    from bot.supervision.sessions.model import Session
    from bot.supervision.sessions.plan import Watch
    from bot.supervision.sessions.probing.model import Seen
    from bot.supervision.sessions.starting import Begun
    from bot.supervision.sessions.watching.deciding import Judged


async def record_decisions(database: Database, watch: Watch, judged: Sequence[Judged]) -> dict[str, str]:
    """This function will store what was decided, once for each end of a session, and return the ids by session."""
    ids = {}
    for one in judged:
        if one.decision is None or one.facts is None:
            continue
        session = one.concluded.session
        where = Where(repository=watch.repository, number=None, environment=session.name, at=watch.now)
        key = f"{KIND}/{watch.repository.id}/{session.name}/{session.since.isoformat()}"
        ids[session.name] = await record(database, one.decision, facts=(one.facts,), where=where, key=key)
    return ids


def note_judged(
    connection: Connection, *, watch: Watch, judged: Sequence[Judged], decisions: Mapping[str, str]
) -> None:
    """This function will store how each session stands; one that is to be started is starting from here on."""
    for one in judged:
        session = one.concluded.session
        if session.name in decisions:
            session = replace(session, decision_id=decisions[session.name])
        if one.is_started:
            session = begun_now(session, watch.terms(session.name), now=watch.now)
        save_session(connection, session)
        _note(connection, watch, session.name, one.concluded.happened)


def note_begun(connection: Connection, *, watch: Watch, begun: Sequence[Begun], at: datetime) -> None:
    """This function will store what came of each start."""
    for one in begun:

        def change(session: Session, one: Begun = one) -> Session:
            if one.is_begun:
                return replace(session, process=one.process)
            if one.is_unknown:
                return replace(session, state=SessionState.UNKNOWN, text=one.text)
            return replace(
                session, state=SessionState.DEAD, text=one.text, prove_until=None, next_start_at=None
            )

        session = change_session(connection, watch.repository.id, one.name, change)
        if session is not None:
            kind = EventKind.STARTED if one.is_begun else EventKind.DIED
            text = "It was started." if one.is_begun else session.text
            _note(connection, replace(watch, now=at), one.name, (Happened(kind=kind, text=text),))


def note_looked(connection: Connection, *, watch: Watch, seen: Sequence[Seen]) -> None:
    """This function will store the first signs of what was just started; an end is left to the next look."""
    for one in seen:
        session = session_of(connection, watch.repository.id, one.name)
        if session is None or one.is_over:
            continue
        concluded = conclude_session(session, one, watch.terms(one.name), now=watch.now)
        save_session(connection, concluded.session)


def note_end(connection: Connection, *, watch: Watch, at: datetime) -> None:
    """This function will store that the look is over, and forget sessions that are not configured any more."""
    forget_sessions(connection, watch.repository.id, but=frozenset(watch.plan.supervised.agents))
    note_watched(connection, watch.repository.id, at)


def _note(connection: Connection, watch: Watch, name: str, happened: Sequence[Happened]) -> None:
    for one in happened:
        event = SessionEvent(
            id=event_id(watch.run_id, name, one.kind),
            repository_id=watch.repository.id,
            name=name,
            kind=one.kind,
            text=one.text,
            at=watch.now,
        )
        note_event(connection, event)
