"""Says whether a session's trouble needs a person, and when it is over."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.supervision.sessions.model import SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.supervision.sessions.judging.terms import Terms
    from bot.supervision.sessions.model import Session

_S = SessionState
_OVER = frozenset({_S.HEALTHY, _S.QUIET, _S.FINISHED, _S.HELD})
_PATIENCE = timedelta(minutes=30)  # with what is not known: hosts are started anew, lines are cut


class Trouble(StrEnum):
    """What a person is told of."""

    QUARANTINED = "quarantined"  # it died too often
    STUCK = "stuck"
    LEFT = "left"  # it died, and is not started by itself
    UNTOLD = "untold"  # nothing is known of it, and maybe of others on its host


def trouble_of(session: Session, terms: Terms) -> Trouble | None:
    """This function will name the trouble that needs a person, None where there is none."""
    match session.state:
        case _S.QUARANTINED:
            return Trouble.QUARANTINED
        case _S.STUCK:
            return Trouble.STUCK
        case _S.DEAD if _is_left(session, terms):
            return Trouble.LEFT
        case _:
            return None


def untold_of(sessions: Sequence[Session], *, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """This function will find the hosts that have not told for long how their sessions stand.

    Returns for each host the session that its issue is about, with the others: a host that is away is told of once.
    """
    by_host: dict[str, list[Session]] = {}
    for session in sessions:
        if session.state is _S.UNKNOWN and now - session.since >= _PATIENCE:
            by_host.setdefault(session.host, []).append(session)
    found = {}
    for untold in by_host.values():
        first, *others = sorted(untold, key=lambda each: (each.issue is None, each.name))
        found[first.name] = tuple(sorted(each.name for each in others))
    return found


def is_over(session: Session) -> bool:
    """This function will say whether the trouble there was is over; of what is unknown or starting it is not known."""
    return session.state in _OVER


def _is_left(session: Session, terms: Terms) -> bool:
    """One that was seen alive, and that nothing starts; where it is only watched, its page shows it."""
    return session.process is not None and not terms.may_start and terms.conduct is not Conduct.OBSERVE
