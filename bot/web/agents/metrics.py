"""What a scrape is told of sessions, hung runs, fixes, and of when each was looked at."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.store import fixes_since
from bot.supervision.keeping.store import every_supervision
from bot.supervision.runs.model import RunState
from bot.supervision.runs.store import hung_runs_of
from bot.supervision.sessions.judging.fact_model import recent_starts
from bot.supervision.sessions.judging.terms import terms_of
from bot.supervision.sessions.model import SessionState
from bot.supervision.sessions.store import sessions_of
from bot.web.gauges import Gauges

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from bot.supervision.model import Supervision

_DAY = timedelta(days=1)

# Every gauge: what it says, and by what beside the repository. One that is not known is not told: no zero stands in.
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pilothouse_watchdog_timestamp_seconds": (
        "When the sessions were looked at last; before the first look, since when they are to be.",
        (),
    ),
    "pilothouse_supervisor_timestamp_seconds": (
        "When the builds were looked at last; before the first look, since when they are to be.",
        (),
    ),
    "pilothouse_sessions": ("Sessions of agents by state.", ("state",)),
    "pilothouse_agent_state": ("1 for the state that an agent's session is in.", ("agent", "state")),
    "pilothouse_agent_starts": ("How often an agent was started within the window.", ("agent",)),
    "pilothouse_agent_sign_timestamp_seconds": ("When an agent gave a new sign of life.", ("agent",)),
    "pilothouse_hung_runs": ("Workflow runs that hung within a day, by what became of them.", ("state",)),
    "pilothouse_fixes": ("Tries to fix a build that changed within a day, by state.", ("state",)),
    "pilothouse_fixes_dollars": ("What those of known price have cost.", ()),
}


def supervision_gauges(connection: Connection, now: datetime) -> tuple[Metric, ...]:
    """This function will tell how each repository is looked after."""
    gauges = Gauges(GAUGES)
    for supervision in every_supervision(connection):
        gauges.repository = supervision.repository.full_name
        if supervision.supervised.agents:
            looked = supervision.watched_at or supervision.found_at
            gauges.tell("watchdog_timestamp_seconds", looked.timestamp())
            _tell_sessions(gauges, connection, supervision, now)
        if supervision.supervised.is_asked_for:
            looked = supervision.supervised_at or supervision.found_at
            gauges.tell("supervisor_timestamp_seconds", looked.timestamp())
            _tell_builds(gauges, connection, supervision.repository.id, now - _DAY)
    return gauges.metrics


def _tell_sessions(gauges: Gauges, connection: Connection, supervision: Supervision, now: datetime) -> None:
    supervised, counts = supervision.supervised, Counter[SessionState]()
    for session in sessions_of(connection, supervision.repository.id):
        agent = supervised.agents.get(session.name)
        if agent is None:
            continue
        counts[session.state] += 1
        window = terms_of(session.name, agent, supervised.config.watch).window
        gauges.tell("agent_state", 1, session.name, session.state.value)
        gauges.tell("agent_starts", len(recent_starts(session.starts, window, now=now)), session.name)
        if session.sign_at is not None:
            gauges.tell("agent_sign_timestamp_seconds", session.sign_at.timestamp(), session.name)
    for state in SessionState:
        gauges.tell("sessions", counts[state], state.value)


def _tell_builds(gauges: Gauges, connection: Connection, repository_id: int, since: datetime) -> None:
    hung = Counter(one.state for one in hung_runs_of(connection, repository_id, since=since))
    for state in RunState:
        gauges.tell("hung_runs", hung[state], state.value)
    fixes = fixes_since(connection, repository_id, since)
    states = Counter(one.state for one in fixes)
    for each in FixState:
        gauges.tell("fixes", states[each], each.value)
    known = [one.price for one in fixes if one.price is not None]
    if known:
        gauges.tell("fixes_dollars", sum(known, Decimal(0)))
