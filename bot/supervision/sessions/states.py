"""The states of sessions, as one table of what is seen of one and how it stands then; the documentation shows it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.supervision.sessions.model import SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping

_S = SessionState


class Sight(StrEnum):
    """What is seen of a session, once it is sure enough."""

    GETS_ON = "gets on"  # it runs, and gave a sign lately
    EARLY = "was just started"  # it runs, and still has time to show that it gets on
    STILL = "gives no sign"  # for `quiet`
    STANDS = "gives no sign for long"  # for `stuck`
    STOPPED = "is stopped"  # all of its processes are
    ENDED_WELL = "ended with 0"
    ENDED = "ended otherwise"  # with another exit, or by a signal
    GONE = "is gone"  # with its pane and its process
    UNSURE = "is not known"  # its host did not say, or what it said is no evidence


# How it stands then, whatever it was before …
_THEN: Mapping[Sight, SessionState] = {
    Sight.GETS_ON: _S.HEALTHY,
    Sight.EARLY: _S.STARTING,
    Sight.STILL: _S.QUIET,
    Sight.STANDS: _S.STUCK,
    Sight.STOPPED: _S.HELD,
    Sight.ENDED_WELL: _S.FINISHED,
    Sight.ENDED: _S.DEAD,
    Sight.GONE: _S.DEAD,
    Sight.UNSURE: _S.UNKNOWN,
}
# … but what a person has to end, or what is over, stays so.
_STAYS: Mapping[SessionState, frozenset[Sight]] = {
    _S.FINISHED: frozenset({Sight.GONE, Sight.UNSURE}),  # somebody closed its pane
    _S.QUARANTINED: frozenset({Sight.ENDED, Sight.GONE, Sight.UNSURE}),
    _S.HELD: frozenset({Sight.ENDED_WELL, Sight.ENDED, Sight.GONE, Sight.UNSURE}),
}
STARTED = frozenset({_S.DEAD})  # what is started, where nothing forbids it
ALIVE = frozenset({_S.STARTING, _S.HEALTHY, _S.QUIET, _S.STUCK})


def state_after(state: SessionState | None, sight: Sight) -> SessionState:
    """This function will say how a session stands once this is seen of it; None for one that was never looked at."""
    if state is not None and sight in _STAYS.get(state, ()):
        return state
    return _THEN[sight]


def session_table() -> str:
    """This function will draw the table in Markdown: a row for each state before, a column for what is seen."""
    lines = ["| before | " + " | ".join(Sight) + " |", "|---" * (len(Sight) + 1) + "|"]
    for before in (None, *SessionState):
        cells = [_cell(state_after(before, sight)) for sight in Sight]
        lines.append(f"| {before or 'new'} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(state: SessionState) -> str:
    return f"**{state}**, started" if state in STARTED else str(state)
