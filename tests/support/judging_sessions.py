"""Sessions as they are seen, for tests of what is concluded from that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.config.supervising import Conduct
from bot.supervision.sessions.judging.fact_model import SessionFacts
from bot.supervision.sessions.judging.terms import Terms
from bot.supervision.sessions.model import Process, Session, SessionState
from bot.supervision.sessions.probing.model import Found, Seen
from bot.supervision.sessions.states import Sight

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PROCESS = Process(pane="%1", pid=42, started="boot.7")
TERMS = Terms(
    session="A1",
    is_startable=True,
    conduct=Conduct.ACT,
    quiet=10 * MINUTE,
    stuck=45 * MINUTE,
    prove=2 * MINUTE,
    window=30 * MINUTE,
    starts=4,
)


def row(state: SessionState = SessionState.HEALTHY, **changes: Any) -> Session:
    """This function will make the row of a session that gave its last sign two minutes ago."""
    usual = {
        "repository_id": 7,
        "name": "A1",
        "host": "",
        "state": state,
        "since": NOW - timedelta(hours=1),
        "updated_at": NOW - 2 * MINUTE,
        "process": PROCESS,
        "sign": "l1.1",
        "sign_at": NOW - 2 * MINUTE,
    }
    return Session(**{**usual, **changes})


def runs(**changes: Any) -> Seen:
    """This function will make the sight of a session that runs and has given a new sign."""
    usual = {
        "name": "A1",
        "found": Found.RUNS,
        "process": PROCESS,
        "running": 2,
        "sign": "l1.2",
        "session": "A1",
    }
    return Seen(**{**usual, **changes})


def ended(status: int | None = 1, **changes: Any) -> Seen:
    """This function will make the sight of a session whose process has ended."""
    process = Process(pane="%1", pid=42, started="")
    return Seen(**{"name": "A1", "found": Found.ENDED, "process": process, "status": status, **changes})


def gone(found: Found = Found.GONE, why: str = "its session and its process are gone") -> Seen:
    """This function will make the sight of a session of which there is nothing."""
    return Seen(name="A1", found=found, why=why)


def facts(state: SessionState = SessionState.DEAD, **changes: Any) -> SessionFacts:
    """This function will make the facts about a session that died and may be started."""
    usual = {
        "agent": "A1",
        "state": state,
        "sight": Sight.ENDED,
        "shown": "It ended with exit 1.",
        "is_startable": True,
        "held_by": "",
        "starts": (),
        "most": 4,
        "window": 30 * MINUTE,
        "next_start_at": None,
        "conduct": Conduct.ACT,
        "budget": None,
        "now": NOW,
    }
    return SessionFacts(**{**usual, **changes})
