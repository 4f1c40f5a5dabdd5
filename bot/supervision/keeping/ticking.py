"""The clock's ticks: have the sessions and the builds of every repository looked at that is watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.github.errors import GitHubError
from bot.github.models import RepositoryRef
from bot.github.reach import reached_repositories
from bot.supervision.keeping.store import every_supervision, supervision_of
from bot.supervision.model import (
    FIX_PREFIX,
    FindSupervision,
    NoticeBuild,
    SuperviseBuilds,
    Supervision,
    WatchSessions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.recovery.flow import Tick

_DIAGNOSED = timedelta(seconds=30)  # until what failed in a build has been read, almost always

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker:
    """Starts a look at each repository that is watched; the same tick starts each of them once."""

    services: CostServices

    async def watchdog(self, run: Run, _tick: Tick) -> None:
        """This function will have the sessions of each repository with agents looked at."""
        now = await run.now()
        known = partial(self._known, lambda each: bool(each.supervised.agents))
        for repository in await run.step("watched", known, returns=tuple[RepositoryRef, ...]):
            await run.send(WatchSessions(repository=repository, cause=f"{now:%Y%m%dT%H%M%S}").start())

    async def supervisor(self, run: Run, _tick: Tick) -> None:
        """This function will have the builds of each repository looked at, and find repositories that are new."""
        now = await run.now()
        cause = f"{now:%Y%m%dT%H%M%S}"
        known = partial(self._known, lambda each: each.supervised.is_asked_for or each.is_over)
        supervised = await run.step("supervised", known, returns=tuple[RepositoryRef, ...])
        for repository in supervised:
            await run.send(SuperviseBuilds(repository=repository, cause=cause).start())
        for repository in await run.step("found", self._found, returns=tuple[RepositoryRef, ...]):
            await run.send(FindSupervision(repository=repository, cause=cause).start())

    async def notice(self, run: Run, request: NoticeBuild) -> None:
        """This function will have the builds looked at once what has just ended is diagnosed, not at the next tick."""
        watched = partial(self._is_watched, request)
        if not await run.step("watched", watched, returns=bool):
            return
        await run.sleep(_DIAGNOSED)
        await run.send(SuperviseBuilds(repository=request.repository, cause=request.cause).start())

    async def _is_watched(self, request: NoticeBuild) -> bool:
        repository = request.repository
        known = await self.services.services.database.read(
            lambda connection: supervision_of(connection, repository.id)
        )
        if known is None or not known.supervised.is_asked_for:
            return False
        branches = known.supervised.config.fix.branches or (repository.default_branch,)
        return request.branch in branches or request.branch.startswith(FIX_PREFIX)

    async def _known(self, is_due: Callable[[Supervision], bool]) -> tuple[RepositoryRef, ...]:
        rows = await self.services.services.database.read(every_supervision)
        return tuple(each.repository for each in rows if is_due(each))

    async def _found(self) -> tuple[RepositoryRef, ...]:
        """Repositories that the operator listed and that have no row; where GitHub is away the next tick finds them."""
        settings, services = self.services.settings, self.services.services
        known = {each.full_name.lower() for each in await self._known(lambda _each: True)}
        wanted = (settings.local_repositories | settings.aws_repositories) - known
        if not wanted:
            return ()
        try:
            return await reached_repositories(
                services.github, lambda each: each.full_name.lower() in wanted, most=len(wanted)
            )
        except GitHubError as error:
            _log.warning("supervision_not_found", error=str(error))
            return ()
