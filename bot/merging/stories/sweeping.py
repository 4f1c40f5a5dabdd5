"""Looks at every wish now and then, so that a lost event delays a merge and never loses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.models import RepositoryRef
from bot.github.reach import reached_repositories
from bot.merging.model import EvaluateMerges
from bot.merging.wishes.store import waiting_repositories

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.recovery.flow import Tick


@dataclass(frozen=True, slots=True)
class WishSweep:
    """Goes through the repositories in which something waits."""

    services: Services

    async def sweep(self, run: Run, _tick: Tick) -> None:
        """This function will have every wish looked at that is not over."""
        now = await run.now()
        repositories = await run.step("repositories", self._repositories, returns=tuple[RepositoryRef, ...])
        for repository in repositories:
            again = EvaluateMerges(repository=repository, cause=f"sweep-{now:%Y%m%dT%H%M%S}")
            await run.send(again.start())

    async def _repositories(self) -> tuple[RepositoryRef, ...]:
        """The rows do not say through which installation their repository is reached: GitHub does."""
        wanted = await self.services.database.read(waiting_repositories)
        if not wanted:
            return ()
        return await reached_repositories(
            self.services.github, lambda each: each.id in wanted, most=len(wanted)
        )
