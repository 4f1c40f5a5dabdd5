"""The facts from which it is decided whether a session is started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.budget.model import BudgetStanding  # noqa: TC001 - msgspec reads the annotations at run time
from bot.config.supervising import Conduct  # noqa: TC001 - as above
from bot.supervision.sessions.model import SessionState  # noqa: TC001 - as above
from bot.supervision.sessions.states import Sight  # noqa: TC001 - as above

_FIRST, _TIMES, _LONGEST = timedelta(seconds=10), 4, timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """All that is known of a session when it is decided whether it is started."""

    agent: str
    state: SessionState
    sight: Sight
    shown: str  # safe Markdown, a sentence: what shows it
    is_startable: bool  # whether the configuration says what starts it
    held_by: str
    starts: tuple[datetime, ...]  # when it was started lately
    most: int  # starts within the window
    window: timedelta
    next_start_at: datetime | None
    conduct: Conduct
    budget: BudgetStanding | None
    now: datetime

    @property
    def recent(self) -> tuple[datetime, ...]:
        """The starts that are within the window."""
        return recent_starts(self.starts, self.window, now=self.now)


def recent_starts(starts: tuple[datetime, ...], window: timedelta, *, now: datetime) -> tuple[datetime, ...]:
    """This function will return the starts that are not older than the window."""
    return tuple(start for start in starts if now - start < window)


def pause_after(starts: int) -> timedelta:
    """This function will say how long the next start waits after so many that were followed by a death too soon."""
    return min(_FIRST * _TIMES ** max(0, starts - 1), _LONGEST) if starts else timedelta()
