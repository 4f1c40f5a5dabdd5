"""What one look at a repository's sessions is made from, and what its steps tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING

from bot.budget.model import BudgetStanding  # noqa: TC001 - msgspec reads the annotations at run time
from bot.supervision.model import Supervised  # noqa: TC001 - as above
from bot.supervision.sessions.judging.terms import Terms, terms_of
from bot.supervision.sessions.model import Process, Session, SessionState
from bot.supervision.sessions.orders import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.github.models import RepositoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be looked at, as it stood at the beginning."""

    supervised: Supervised
    sessions: tuple[Session, ...]
    budget: BudgetStanding | None
    watched_at: datetime | None = None  # when the last look ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One look: the plan, and of which repository at what time."""

    repository: RepositoryRef
    plan: Plan
    now: datetime
    run_id: str

    @property
    def known(self) -> Mapping[str, Session]:
        """The rows of those that were looked at before."""
        return {session.name: session for session in self.plan.sessions}

    def terms(self, name: str) -> Terms:
        """This function will return the limits of a session."""
        supervised = self.plan.supervised
        return terms_of(name, supervised.agents[name], supervised.config.watch)

    def place(self, name: str, process: Process | None) -> Place:
        """This function will say where a session is, whose process was seen so."""
        agent = self.plan.supervised.agents[name]
        return Place(repository_id=self.repository.id, name=name, agent=agent, process=process)

    def command(self, name: str, *, is_first: bool) -> str:
        """This function will return what starts a session, or starts it again."""
        agent = self.plan.supervised.agents[name]
        again = None if is_first else agent.resume
        return again or agent.command or ""

    def new(self, name: str) -> Session:
        """This function will make the row of a session that was never looked at."""
        return Session(
            repository_id=self.repository.id,
            name=name,
            host=self.plan.supervised.agents[name].host or "",
            state=SessionState.UNKNOWN,
            since=self.now,
            updated_at=self.now,
        )
