"""Looks at every wish now and then, so that a lost event delays a merge and never loses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.github.app import installation_repositories, installations
from bot.github.errors import GitHubError
from bot.github.models import RepositoryRef
from bot.merging.model import EvaluateMerges
from bot.merging.wishes.store import waiting_repositories

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.recovery.flow import Tick

_log = structlog.get_logger()


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
        github = self.services.github
        found: dict[int, RepositoryRef] = {}
        for installation_id in await installations(github.app):
            if wanted <= found.keys():
                break
            try:
                reached = await installation_repositories(github, installation_id)
            except GitHubError as error:  # what one installation does not give must not stop the others
                _log.warning("merge_sweep_skipped", installation=installation_id, error=str(error))
                continue
            found |= {each.id: each for each in reached if each.id in wanted}
        return tuple(found.values())
