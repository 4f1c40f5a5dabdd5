"""Says what is seen of a session: its signs of life by the clock, and its end only by the same evidence twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.supervision.sessions.model import SessionState
from bot.supervision.sessions.probing.model import Found
from bot.supervision.sessions.states import STARTED, Sight, state_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.supervision.sessions.judging.terms import Terms
    from bot.supervision.sessions.model import Session
    from bot.supervision.sessions.probing.model import Seen

_PROOF = timedelta(seconds=30)  # so long it has to run at least: it may greet, and die
_OVER = frozenset({Sight.ENDED_WELL, Sight.ENDED, Sight.GONE})


def needs_second_look(session: Session | None, seen: Seen, terms: Terms, *, now: datetime) -> bool:
    """This function will say whether something follows from the session's end, so that one look is not enough."""
    if not seen.is_over:
        return False
    state = session.state if session is not None else None
    after = state_after(state, sight_of(session, seen, terms, now=now))
    if after is not state:
        return True
    is_due = session is None or session.next_start_at is None or session.next_start_at <= now
    return after in STARTED and terms.may_start and is_due


def sure_of(seen: Seen, again: Seen) -> Seen | None:
    """This function will return what both looks show; None where the second takes back the first."""
    if not again.is_over and again.found is not Found.UNCLEAR:
        return again
    return again if seen.is_same_end(again) else None


def sight_of(session: Session | None, seen: Seen, terms: Terms, *, now: datetime) -> Sight:
    """This function will name what one look shows."""
    match seen.found:
        case Found.RUNS:
            return _running(session, seen, terms, now)
        case Found.ENDED:
            return Sight.ENDED_WELL if seen.status == 0 and seen.signal is None else Sight.ENDED
        case Found.GONE | Found.ABSENT:
            return Sight.GONE
        case _:
            return Sight.UNSURE


def is_new_sign(session: Session | None, seen: Seen) -> bool:
    """This function will say whether the session has given a sign of life since the last look."""
    return session is None or session.sign_at is None or seen.sign != session.sign


def _running(session: Session | None, seen: Seen, terms: Terms, now: datetime) -> Sight:
    is_held = session is not None and session.state is SessionState.HELD
    if seen.running == 0 and (seen.stopped or is_held):
        return Sight.STOPPED
    signed_at = now
    if session is not None and session.sign_at is not None and not is_new_sign(session, seen):
        signed_at = session.sign_at
    if session is not None and session.prove_until is not None and session.starts:
        begun = session.starts[-1]
        is_proven = signed_at > begun and now - begun >= _PROOF
        if not is_proven and now < session.prove_until:
            return Sight.EARLY
        if not is_proven:
            signed_at = min(signed_at, now - terms.quiet) if signed_at <= begun else signed_at
    return _by_age(now - signed_at, terms)


def _by_age(age: timedelta, terms: Terms) -> Sight:
    if age < terms.quiet:
        return Sight.GETS_ON
    return Sight.STILL if age < terms.stuck else Sight.STANDS
