"""Says whether a session's trouble needs a person, and when it is over."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.supervision.sessions.model import SessionState

if TYPE_CHECKING:
    from bot.supervision.sessions.judging.terms import Terms
    from bot.supervision.sessions.model import Session

_S = SessionState
_OVER = frozenset({_S.HEALTHY, _S.QUIET, _S.FINISHED})


class Trouble(StrEnum):
    """What a person is told of."""

    QUARANTINED = "quarantined"  # it died too often
    STUCK = "stuck"
    LEFT = "left"  # it died, and is not started by itself


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


def is_over(session: Session) -> bool:
    """This function will say whether the trouble there was is over; one that is held or unknown may go on."""
    return session.state in _OVER


def _is_left(session: Session, terms: Terms) -> bool:
    """One that was seen alive, and that nothing starts; where it is only watched, its page shows it."""
    return session.process is not None and not terms.may_start and terms.conduct is not Conduct.OBSERVE
