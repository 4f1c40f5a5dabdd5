"""The two recurring stories that find what was lost: missing deliveries, and runs whose events never came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.github.actions import list_runs
from bot.github.app import installations
from bot.github.deliveries import list_deliveries, redeliver
from bot.github.errors import Forbidden, GitHubError, NotFound
from bot.github.limits import Priority
from bot.github.models import InstallationId, RepositoryRef
from bot.github.pulls import list_open_pulls
from bot.github.sightings import list_repositories
from bot.recovery.known import forget_installations, keep_installation
from bot.recovery.rules import WINDOW, Known, decide_redeliveries
from bot.recovery.store import move_watermark, watermark
from bot.storage.inbox import State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from bot.engine.model import Intent, Run
    from bot.github.app import GitHub
    from bot.github.models import PullRequest
    from bot.github.run_models import WorkflowRun
    from bot.github.sightings import KnownRepository
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox

RECONCILE = "reconcile"
SWEEP = "sweep"
BEGAN = "began"
# Attempts that GitHub lists late are still seen: each reading goes back a little behind the one before.
OVERLAP = timedelta(minutes=10)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A recurring story's turn."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Finds what was lost."""

    github: GitHub
    database: Database
    inbox: Inbox
    wanted: Callable[[str, str | None], bool]
    # What lost events would have started for a head, by its pull request and workflow runs as they stand now.
    missed_work: Callable[[RepositoryRef, PullRequest, tuple[WorkflowRun, ...]], Awaitable[Sequence[Intent]]]
    submit: Callable[[Iterable[Intent]], Awaitable[None]]
    clock: Callable[[], datetime]

    async def reconcile(self, run: Run, _tick: Tick) -> None:
        """This function will ask GitHub again for every wanted delivery that was never processed."""
        now = await run.now()
        await run.step("ask again", lambda: self._ask_again(now), returns=int)

    async def _ask_again(self, now: datetime) -> int:
        settled = await watermark(self.database, RECONCILE)
        began = await watermark(self.database, BEGAN)
        if began is None:
            began = now
            await move_watermark(self.database, BEGAN, began)
        since = max(now - WINDOW, settled - OVERLAP) if settled else now - WINDOW
        deliveries = await list_deliveries(self.github.app, since=since)
        states = await self.inbox.states({delivery.guid for delivery in deliveries})
        decision = decide_redeliveries(
            deliveries,
            Known(
                done={guid for guid, state in states.items() if state is State.DONE},
                waiting={guid for guid, state in states.items() if state is State.WAITING},
                began=began,
            ),
            wanted=self.wanted,
            now=now,
        )
        for delivery_id in decision.ask:
            await redeliver(self.github.app, delivery_id)
        if decision.ask:
            _log.info("deliveries_asked_for_again", count=len(decision.ask))
        for guid in decision.given_up:
            _log.error("delivery_given_up", delivery=guid)
        # What is still open is read again next time, with all its attempts.
        await move_watermark(self.database, RECONCILE, min(now, decision.oldest_open or now))
        return len(decision.ask)

    async def sweep(self, run: Run, _tick: Tick) -> None:
        """This function will read every open pull request's present state and start what events did not."""
        found = await run.step("installations", self._installations, returns=tuple[int, ...])
        for installation_id in found:
            await run.step(
                f"installation {installation_id}", partial(self._sweep, installation_id), returns=int
            )

    async def _installations(self) -> tuple[int, ...]:
        at = self.clock()
        found = await installations(self.github.app)
        await self.database.write(lambda connection: forget_installations(connection, found, at=at))
        return found

    async def _repositories(self, installation_id: int) -> tuple[KnownRepository, ...]:
        at = self.clock()
        found = await list_repositories(self.github, installation_id)
        await self.database.write(
            lambda connection: keep_installation(connection, installation_id, found, at=at)
        )
        return found

    async def _sweep(self, installation_id: int) -> int:
        """Starts are no-ops where the event did arrive, so that doing this twice does no harm."""
        missed: list[Intent] = []
        try:
            for known in await self._repositories(installation_id):
                missed += await self._missed_in(_reference(known))
        except GitHubError as error:  # what one installation does not give must not stop the others
            _log.warning("sweep_broken_off", installation=installation_id, error=str(error))
        await self.submit(missed)
        return len(missed)

    async def _missed_in(self, repository: RepositoryRef) -> list[Intent]:
        repo = self.github.repository(repository, priority=Priority.SUMMARY)
        missed: list[Intent] = []
        try:
            for pull in await list_open_pulls(repo):
                runs = await list_runs(repo, head_sha=pull.head_sha)
                missed += await self.missed_work(repository, pull, runs)
        except (NotFound, Forbidden) as error:  # removed or narrowed in between
            _log.warning("sweep_skipped_repository", repository=repository.full_name, error=str(error))
        return missed


def _reference(known: KnownRepository) -> RepositoryRef:
    return RepositoryRef(
        installation_id=InstallationId(known.installation_id),
        id=known.repository_id,
        full_name=known.full_name,
        default_branch=known.default_branch or "main",
    )
