"""Says how a session stands once it was paused or let go on, and who holds it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.budget.model import AgentResult, AgentState
from bot.markdown import code
from bot.supervision.sessions.model import LIMIT, EventKind, Session, SessionState

if TYPE_CHECKING:
    from datetime import datetime

    from bot.budget.model import PauseAgents


def kept_by(session: Session | None, request: PauseAgents) -> AgentResult | None:
    """This function will say that a person holds the agent, which the budget does not undo; None where it may act."""
    if session is None or not request.is_resume or request.held_by or not is_by_person(session):
        return None
    text = f"{code(session.name)} stays paused: {code(session.held_by)} paused it."
    return AgentResult(agent=session.name, state=AgentState.KEPT, text=text)


def is_by_person(session: Session) -> bool:
    """This function will say whether a person holds the session."""
    return session.state is SessionState.HELD and session.held_by not in {"", LIMIT}


def after(session: Session, result: AgentResult, request: PauseAgents, *, now: datetime) -> Session:
    """This function will make the session's row after what came of its agent; what a person holds stays theirs."""
    wanted = AgentState.RUNNING if request.is_resume else AgentState.PAUSED
    if result.state is not wanted:
        return session
    is_held = session.state is SessionState.HELD
    if request.is_resume:
        if not is_held:
            return session
        # It counts as alive until the watchdog looks, and its signs of life are counted anew.
        return replace(
            session,
            state=SessionState.HEALTHY,
            since=now,
            updated_at=now,
            text=result.text,
            held_by="",
            sign_at=now,
        )
    holder = request.held_by or (session.held_by if is_held else "") or LIMIT
    return replace(
        session,
        state=SessionState.HELD,
        since=session.since if is_held else now,
        updated_at=now,
        text=result.text,
        held_by=holder,
        next_start_at=None,
        prove_until=None,
    )


def event_of(before: Session, after: Session) -> EventKind | None:
    """This function will say what happened to a session between the two, if anything did."""
    if (before.state, before.held_by) == (after.state, after.held_by):
        return None
    return EventKind.PAUSED if after.state is SessionState.HELD else EventKind.RESUMED
