"""Concludes how a session stands from what was seen of it, and what happened to it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.markdown import code
from bot.supervision.sessions.judging.fact_model import pause_after, recent_starts
from bot.supervision.sessions.judging.sighting import is_new_sign, sight_of
from bot.supervision.sessions.model import EventKind, Session, SessionState
from bot.supervision.sessions.probing.model import Found
from bot.supervision.sessions.states import ALIVE, Sight, state_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.supervision.sessions.judging.terms import Terms
    from bot.supervision.sessions.probing.model import Seen

_S = SessionState
_EVENTS = {
    _S.FINISHED: EventKind.FINISHED,
    _S.DEAD: EventKind.DIED,
    _S.STUCK: EventKind.STUCK,
    _S.QUARANTINED: EventKind.QUARANTINED,
    _S.HELD: EventKind.PAUSED,
}
_SIGNAL_BASE, _MOST_SIGNALS = 128, 64  # a shell tells a signal as an exit status


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened to a session since the last look."""

    kind: EventKind
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """How a session stands, and what led to it."""

    session: Session
    sight: Sight
    happened: tuple[Happened, ...] = ()


def conclude_session(known: Session, seen: Seen, terms: Terms, *, now: datetime) -> Concluded:
    """This function will conclude how a session stands that was looked at before."""
    sight = sight_of(known, seen, terms, now=now)
    return _concluded(known, seen, sight, state_after(known.state, sight), terms, now)


def conclude_new(new: Session, seen: Seen, terms: Terms, *, now: datetime) -> Concluded:
    """This function will conclude how a session stands that was never looked at.

    Args:
        new: its row with its name and host; how it stands in it does not count.
        seen: what was seen of it.
        terms: its limits.
        now: the time of the look.
    """
    sight = sight_of(None, seen, terms, now=now)
    found = _concluded(new, seen, sight, state_after(None, sight), terms, now)
    if seen.found is not Found.RUNS:
        return found
    text = f"It was found in tmux as {code(seen.session)}."
    return replace(found, happened=(Happened(kind=EventKind.FOUND, text=text),))


def quarantined(concluded: Concluded, *, now: datetime) -> Concluded:
    """This function will leave the session alone from now on: it died too often."""
    session = replace(concluded.session, state=_S.QUARANTINED, since=now, next_start_at=None)
    happened = Happened(kind=EventKind.QUARANTINED, text=session.text)
    return replace(concluded, session=session, happened=(*concluded.happened, happened))


def begun_now(session: Session, terms: Terms, *, now: datetime) -> Session:
    """This function will make the row of a session that is started now, before it is."""
    return replace(
        session,
        state=_S.STARTING,
        since=now,
        updated_at=now,
        text="It was started, and has yet to show that it gets on.",
        held_by="",
        starts=(*recent_starts(session.starts, terms.window, now=now), now),
        next_start_at=None,
        prove_until=now + terms.prove,
        sign_at=session.sign_at or now,
    )


def _concluded(  # noqa: PLR0913 - what both ways above have in common
    known: Session, seen: Seen, sight: Sight, state: SessionState, terms: Terms, now: datetime
) -> Concluded:
    moved = state is not known.state
    session = replace(
        known,
        state=state,
        since=now if moved else known.since,
        updated_at=now,
        text=_text(known, seen, sight, terms),
        probed_at=known.probed_at if sight is Sight.UNSURE else now,
        process=seen.process if seen.found is Found.RUNS else known.process,
        starts=recent_starts(known.starts, terms.window, now=now),
    )
    if seen.found is Found.RUNS and is_new_sign(known, seen):
        session = replace(session, sign=seen.sign, sign_at=now)
    if state is not _S.HELD:
        session = replace(session, held_by="")
    session, proof = _proven(session, sight)
    if moved and state is _S.DEAD and session.prove_until is not None:
        begun = session.starts[-1] if session.starts else now
        next_start_at = begun + pause_after(len(session.starts))
        session = replace(session, next_start_at=next_start_at, prove_until=None)
    happened = (*proof, *(_moved(known, session, seen) if moved else ()))
    return Concluded(session=session, sight=sight, happened=happened)


def _proven(session: Session, sight: Sight) -> tuple[Session, tuple[Happened, ...]]:
    """A start is over once the session gets on, or has ended well."""
    if session.prove_until is None or sight not in {Sight.GETS_ON, Sight.ENDED_WELL}:
        return session, ()
    proof = Happened(kind=EventKind.PROVEN, text="It gets on since it was started.")
    over = replace(session, prove_until=None, next_start_at=None)
    return over, (proof,) if sight is Sight.GETS_ON else ()


def _moved(known: Session, session: Session, seen: Seen) -> tuple[Happened, ...]:
    was_down = known.state not in ALIVE | {_S.UNKNOWN}
    if session.state in ALIVE and was_down and session.state is not _S.STARTING:
        text = "Somebody let it go on." if known.state is _S.HELD else "Somebody started it."
        return (Happened(kind=EventKind.RESUMED, text=text),)
    kind = _EVENTS.get(session.state)
    is_old = kind is EventKind.DIED and known.state is _S.UNKNOWN and seen.process == known.process
    return () if kind is None or is_old else (Happened(kind=kind, text=session.text),)


def _text(known: Session, seen: Seen, sight: Sight, terms: Terms) -> str:
    match sight:
        case Sight.UNSURE:
            return _sentence(seen.why or "nothing is known of it")
        case Sight.ENDED_WELL | Sight.ENDED:
            return ended_words(seen)
        case Sight.GONE:
            return _sentence(seen.why)
        case Sight.STOPPED:
            return (
                known.text if known.held_by else "All of its processes are stopped, by somebody on its host."
            )
        case _:
            return " ".join((_ALIVE[sight], *_notes(seen, terms)))


_ALIVE = {
    Sight.GETS_ON: "It gets on.",
    Sight.EARLY: "It was started, and has yet to show that it gets on.",
    Sight.STILL: "It runs, and gives no sign.",
    Sight.STANDS: "It runs, and has given no sign for long; it is left alone.",
}


def _notes(seen: Seen, terms: Terms) -> list[str]:
    notes = []
    if seen.running == 0:
        notes.append("There is no process but its shell.")
    if seen.copies > 1:
        notes.append(f"It runs {seen.copies} times.")
    if seen.session != terms.session:
        notes.append(f"Its tmux session is called {code(seen.session)}.")
    return notes


def ended_words(seen: Seen) -> str:
    """This function will say how a process ended, in a sentence."""
    if seen.signal is not None:
        return f"It was ended by signal {seen.signal}."
    if seen.status is None:
        return "It ended, and tmux does not tell how."
    by = seen.status - _SIGNAL_BASE
    why = f" (signal {by})" if 0 < by <= _MOST_SIGNALS else ""
    return f"It ended with exit {seen.status}{why}."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
