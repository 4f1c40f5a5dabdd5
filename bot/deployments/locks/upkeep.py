"""Frees what a closed pull request held, and every ten minutes whatever else was left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.audit.store import append
from bot.deployments.keeping.story import KeepRequest, end_kept
from bot.deployments.leases.leasing import wake
from bot.deployments.leases.model import HoldKind, Lease, Line
from bot.deployments.leases.record import lease_entry
from bot.deployments.leases.rows import LeaseUnreadableError, lines_of, repositories_with_lines
from bot.deployments.leases.rules import DISPATCHING, holds_of, is_expired
from bot.deployments.leases.silent_holders import has_ended, replace_silent
from bot.deployments.leases.store import forget_dead, unhold
from bot.deployments.locks.starts import ClosedPull
from bot.deployments.states import is_over
from bot.deployments.store import row_of_run
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News
from bot.github.app import installation_repositories, installations
from bot.github.errors import GitHubError
from bot.github.models import PullRequest, RepositoryRef
from bot.github.pulls import get_pull

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.recovery.flow import Tick

# A contender that was not seen for a day comes to nothing any more.
_FORGET = timedelta(days=1)
# How long after its end a kept environment is the business of the run that keeps it.
_LATE = timedelta(hours=1)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseUpkeep:
    """Looks after leases that nobody else does."""

    services: Services

    async def free_pull(self, run: Run, closed: ClosedPull) -> None:
        """This function will end the locks and kept environments of a closed pull request, and what it waits for."""
        repo = self.services.repository(closed.repository)
        try:
            pull = await run.step("pull request", lambda: get_pull(repo, closed.number), returns=PullRequest)
        except GitHubError as error:  # the sweep asks again
            _log.warning("closed_pull_not_read", number=closed.number, error=str(error))
            return
        if pull.is_open:  # it was opened again
            return
        lines = await self._lines(run, closed.repository)
        now = await run.now()
        how = "merged" if pull.merged else "closed"
        why = f"The pull request #{closed.number} was {how}"
        for line in lines:
            for hold in holds_of(line, now):
                if hold.holder.number == closed.number:
                    await self._end(run, hold, closed, why)
            for ticket in line.tickets:
                # a rollback or teardown has nothing to do with whether the pull request is open
                is_deployment = ticket.holder.kind is HoldKind.DEPLOY and ticket.sequence > 0
                if is_deployment and ticket.holder.number == closed.number:
                    await self._cancel(run, ticket.holder.run_id, how, closed.cause)

    async def sweep(self, run: Run, _tick: Tick) -> None:
        """This function will look at every environment that is held or waited for, so that nothing stays for ever."""
        known = await run.step(
            "held", lambda: self.services.database.read(repositories_with_lines), returns=frozenset[int]
        )
        if not known:
            return
        try:
            repositories = await run.step(
                "repositories", partial(self._repositories, known), returns=tuple[RepositoryRef, ...]
            )
        except GitHubError as error:  # ten minutes later it is tried again
            _log.warning("leases_not_swept", error=str(error))
            return
        for repository in repositories:
            for line in await self._lines(run, repository):
                await self._look_after(run, repository, line)

    async def _look_after(self, run: Run, repository: RepositoryRef, line: Line) -> None:
        now = await run.now()
        await run.step(
            "forget",
            lambda: self.services.database.write(
                lambda connection: forget_dead(connection, line.place, before=now - _FORGET)
            ),
            returns=int,
        )
        if line.lease is not None and is_expired(line.lease, now):
            await self._replace(run, repository, line.lease, now)
        for hold in holds_of(line, now):
            await self._look_at_hold(run, repository, hold, now)

    async def _replace(self, run: Run, repository: RepositoryRef, lease: Lease, now: datetime) -> None:
        database, repo = self.services.database, self.services.repository(repository)
        if lease.workflow_run_id == DISPATCHING and not await run.step(
            "is over", partial(self._is_over, lease.holder.run_id), returns=bool
        ):
            return
        if lease.workflow_run_id and not await has_ended(run, lease, repo=repo, now=now, database=database):
            return
        waiting = await replace_silent(run, lease, database=database)
        await wake(run, waiting[:1], cause=f"{lease.place.key}-{lease.token}")

    async def _is_over(self, run_id: str) -> bool:
        row = await self.services.database.read(lambda connection: row_of_run(connection, run_id))
        return row is not None and is_over(row.stage)

    async def _look_at_hold(self, run: Run, repository: RepositoryRef, hold: Lease, now: datetime) -> None:
        if (
            hold.holder.kind is HoldKind.KEEP
            and hold.expires_at is not None
            and hold.expires_at + _LATE < now
        ):
            again = KeepRequest(
                repository=repository,
                environment=hold.place.environment,
                run_id=hold.holder.run_id,
                again=f"{now:%Y%m%dT%H}",
            )
            await run.send(again.start())
        if hold.holder.number is None or hold.holder.kind is HoldKind.FREEZE:
            return
        closed = ClosedPull(
            repository=repository, number=hold.holder.number, cause=f"sweep-{now:%Y%m%dT%H%M}"
        )
        await run.send(closed.start())

    async def _end(self, run: Run, hold: Lease, closed: ClosedPull, why: str) -> None:
        if hold.holder.kind is HoldKind.FREEZE:  # a person must look, whatever becomes of the pull request
            return
        if hold.holder.kind is HoldKind.KEEP:
            await end_kept(run, hold, closed.repository, why=why)
            return
        now = await run.now()

        def change(connection: Connection) -> tuple[str, ...]:
            waiting = unhold(connection, hold, now=now)
            append(connection, lease_entry(hold, "environment opened", now=now, why=why))
            return waiting

        waiting = await run.step(
            "unlock", lambda: self.services.database.write(change), returns=tuple[str, ...]
        )
        await wake(run, waiting[:1], cause=f"{hold.place.key}-closed-{closed.cause}")

    async def _cancel(self, run: Run, run_id: str, how: str, cause: str) -> None:
        news = News(about=About.CANCEL, text=f"the pull request was {how}")
        await run.send(Signal(run_id=run_id, topic=NEWS, message=news, key=f"closed-{cause}"))

    async def _lines(self, run: Run, repository: RepositoryRef) -> tuple[Line, ...]:
        try:
            return await run.step(
                "lines",
                lambda: self.services.database.read(lambda connection: lines_of(connection, repository.id)),
                returns=tuple[Line, ...],
            )
        except LeaseUnreadableError:  # it blocks there, until whoever runs this has looked into it
            _log.exception("leases_unreadable", repository=repository.full_name)
            return ()

    async def _repositories(self, known: frozenset[int]) -> tuple[RepositoryRef, ...]:
        github = self.services.github
        found: list[RepositoryRef] = []
        for installation_id in await installations(github.app):
            try:
                found += await installation_repositories(github, installation_id)
            except GitHubError as error:  # what one installation does not give must not stop the others
                _log.warning("lease_sweep_skipped", installation=installation_id, error=str(error))
        return tuple(repository for repository in found if repository.id in known)
