"""The nouns of a look: what was planned, what each source told; and the requests that ask for one."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass, field
from datetime import date, datetime  # noqa: TC003 - as above

from bot.costs.model import Gap, Sureness  # noqa: TC001 - as above
from bot.costs.standing import Budget  # noqa: TC001 - as above
from bot.engine.model import Queue, Start
from bot.github.models import InstallationId, RepositoryRef  # noqa: TC001 - as above

FIND_BUDGET = "find_budget"  # reads whether a repository's configuration has a budget
FIND_BUDGETS = "find_budgets"  # of repositories that the App was given
LOOK_AGAIN = "look_at_costs_again"  # sleeps until a look is worth it


@dataclass(frozen=True, slots=True, kw_only=True)
class FindBudget:
    """The request of `find_budget`: the configuration may have changed."""

    repository: RepositoryRef
    cause: str

    def start(self) -> Start:
        """This function will name the run that reads it."""
        return Start(
            flow=FIND_BUDGET,
            run_id=f"{FIND_BUDGET}-{self.repository.id}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}!costs",
            queue=Queue.CLOCK,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FindBudgets:
    """The request of `find_budgets`: the App was given repositories, whose configuration may be there already."""

    installation_id: InstallationId
    names: tuple[str, ...]  # owner/name
    cause: str

    def start(self) -> Start:
        """This function will name the run that has them read."""
        return Start(
            flow=FIND_BUDGETS,
            run_id=f"{FIND_BUDGETS}-{self.installation_id}-{self.cause}",
            request=self,
            partition=FIND_BUDGETS,
            queue=Queue.CLOCK,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAgain:
    """The request of `look_at_costs_again`: a look before the next tick, so that the limit is held in time."""

    repository: RepositoryRef
    due: datetime
    reading_id: str  # of the look that asked for it

    def start(self) -> Start:
        """This function will make the start of the run that sleeps until then."""
        return Start(
            flow=LOOK_AGAIN,
            run_id=f"{LOOK_AGAIN}-{self.reading_id}",
            request=self,
            partition=f"{self.repository.full_name}!costs-{self.reading_id}",
            queue=Queue.DEPLOYMENTS,  # where runs may sleep without keeping others from their turn
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whether a repository has a budget, and what kept its configuration from being read."""

    budget: Budget | None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a look is to read."""

    budget: Budget
    at: datetime  # when it looks, whatever day it completes
    gaps: tuple[Gap, ...] = ()  # of the configuration
    clock: Gap | None = None  # why the time cannot be believed
    closes: date | None = None  # the day before, whose last look was not its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one source told at a look, without its lines, which have rows of their own."""

    source: str
    data_until: datetime | None
    sureness: Sureness
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
