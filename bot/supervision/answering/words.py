"""The signs and words of sessions, as answers and the page say them."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - part of public signatures
from typing import TYPE_CHECKING

from bot.markdown import code
from bot.supervision.sessions.model import EventKind, SessionState

if TYPE_CHECKING:
    from datetime import timedelta

SIGNS: Mapping[SessionState, str] = {
    SessionState.QUARANTINED: "⛔",
    SessionState.DEAD: "🔴",
    SessionState.STUCK: "🟠",
    SessionState.UNKNOWN: "❔",
    SessionState.STARTING: "🔄",
    SessionState.QUIET: "🟡",
    SessionState.HELD: "⏸️",
    SessionState.HEALTHY: "🟢",
    SessionState.FINISHED: "🏁",
}
MEANINGS: Mapping[SessionState, str] = {
    SessionState.QUARANTINED: "died too often, so it is left alone until a person lets it go on",
    SessionState.DEAD: "its process is gone, or ended with another exit than 0",
    SessionState.STUCK: "alive, and without a sign for so long that a person should look",
    SessionState.UNKNOWN: "its host does not say, so nothing is done",
    SessionState.STARTING: "was started, and has not got on yet",
    SessionState.QUIET: "alive, without a sign for a while",
    SessionState.HELD: "paused by a person or by the day's limit",
    SessionState.HEALTHY: "alive, and it gets on",
    SessionState.FINISHED: "ended with exit 0",
}
ORDER: tuple[SessionState, ...] = tuple(SIGNS)  # what a person should see first comes first
EVENTS: Mapping[EventKind, str] = {
    EventKind.FOUND: "found",
    EventKind.STARTED: "started",
    EventKind.PROVEN: "got on",
    EventKind.DIED: "died",
    EventKind.FINISHED: "finished",
    EventKind.STUCK: "stuck",
    EventKind.QUARANTINED: "quarantined",
    EventKind.RESUMED: "resumed",
    EventKind.PAUSED: "paused",
    EventKind.PUSHED: "pushed",
    EventKind.COMMITTED: "committed",
    EventKind.KEPT: "kept",
    EventKind.SUGGESTED: "suggested",
}
UNSEEN = "not looked at yet"
_MINUTE = 60


def state_words(state: SessionState | None) -> str:
    """This function will say how a session stands, with its sign."""
    return f"⚪ {UNSEEN}" if state is None else f"{SIGNS[state]} {state}"


def place(host: str) -> str:
    """This function will say where a session runs, in safe Markdown."""
    return code(host) if host else "the bot's machine"


def since(past: timedelta) -> str:
    """This function will say for how long something is so: 3 d 4 h, 6 h 20 min, 4 min."""
    minutes = max(0, int(past.total_seconds()) // _MINUTE)
    hours, rest = divmod(minutes, _MINUTE)
    days, over = divmod(hours, 24)
    if days:
        return f"{days} d {over} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"
