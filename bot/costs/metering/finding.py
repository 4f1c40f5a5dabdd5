"""The stories that find repositories with a new budget, whose costs are looked at from then on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.costs.metering.discovery import find_budget
from bot.costs.metering.model import FindBudget
from bot.costs.model import MeterCosts
from bot.github.limits import Priority
from bot.github.models import RepositoryRef
from bot.github.reach import given_repositories

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.costs.metering.model import FindBudgets
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetFinder:
    """Reads whether repositories have a budget."""

    services: Services

    async def find_all(self, run: Run, request: FindBudgets) -> None:
        """This function will have the configuration of repositories read that the App was given."""
        given = partial(given_repositories, self.services.github, request.installation_id, request.names)
        for repository in await run.step("given", given, returns=tuple[RepositoryRef, ...]):
            await run.send(FindBudget(repository=repository, cause=request.cause).start())

    async def find(self, run: Run, request: FindBudget) -> None:
        """This function will read whether the repository has a budget, and have a new one looked at."""
        now = await run.now()
        is_new = await run.step("find", lambda: self._is_new(request.repository, now), returns=bool)
        if is_new:
            await run.send(MeterCosts(repository=request.repository, cause=request.cause).start())

    async def _is_new(self, repository: RepositoryRef, now: datetime) -> bool:
        repo = self.services.github.repository(repository, priority=Priority.SUMMARY)
        found = await find_budget(repo, self.services.database, now=now)
        return found.budget is not None and not found.budget.reading_id
