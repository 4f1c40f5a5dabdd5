"""The clock's tick: has the costs of every repository with a budget looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.costs.metering.model import FindBudget
from bot.costs.model import MeterCosts
from bot.costs.store.budgets import every_budget
from bot.github.errors import GitHubError
from bot.github.models import RepositoryRef
from bot.github.reach import reached_repositories

if TYPE_CHECKING:
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.recovery.flow import Tick

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """Starts a look at the costs of each repository with a budget."""

    services: CostServices

    async def monitor(self, run: Run, _tick: Tick) -> None:
        """This function will start the looks of this tick; the same tick starts each of them once."""
        now = await run.now()
        cause = f"{now:%Y%m%dT%H%M%S}"
        known = await run.step("budgets", self._known, returns=tuple[RepositoryRef, ...])
        for repository in known:
            await run.send(MeterCosts(repository=repository, cause=cause).start())
        wanted = self.services.settings.aws_repositories - {each.full_name.lower() for each in known}
        if not wanted:
            return
        for repository in await run.step(
            "found", lambda: self._found(wanted), returns=tuple[RepositoryRef, ...]
        ):
            await run.send(FindBudget(repository=repository, cause=cause).start())

    async def _known(self) -> tuple[RepositoryRef, ...]:
        budgets = await self.services.services.database.read(every_budget)
        return tuple(budget.repository for budget in budgets)

    async def _found(self, wanted: frozenset[str]) -> tuple[RepositoryRef, ...]:
        """Repositories that may have AWS read and have no budget yet; where GitHub is away the next tick finds them."""
        try:
            return await reached_repositories(
                self.services.services.github, lambda each: each.full_name.lower() in wanted, most=len(wanted)
            )
        except GitHubError as error:
            _log.warning("budgets_not_found", error=str(error))
            return ()
