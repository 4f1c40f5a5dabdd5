"""Keeps an environment for a time after its deployment, and takes it down at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.audit.store import append
from bot.commands.model import Refused
from bot.deployments.keeping.render import Ended, render_put_off
from bot.deployments.keeping.teardown import Teardown, say, take_down
from bot.deployments.leases.leasing import Wanted, acquire, give_back, wake
from bot.deployments.leases.model import Ask, Holder, HoldKind, Lease, Place
from bot.deployments.leases.record import lease_entry
from bot.deployments.leases.rows import line_of
from bot.deployments.leases.rules import kept_in
from bot.deployments.leases.store import keep as keep_lease
from bot.deployments.leases.store import unhold
from bot.deployments.model import Task
from bot.engine.model import Queue, Signal, Start
from bot.gates.model import NEWS, About, News
from bot.github.models import RepositoryRef  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.engine.model import Run

KEEP = "keep_environment"
# How long the lease of a teardown lasts without a sign of life, and how often one that may not begin tries again.
LENGTH = timedelta(minutes=15)
_AGAIN = timedelta(minutes=10)
_TRIES = 7 * 24 * 6

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRequest:
    """An environment that is kept."""

    repository: RepositoryRef
    environment: str
    run_id: str  # of the deployment that it is kept for
    again: str = ""  # tells a run from one before it that failed

    def start(self) -> Start:
        """This function will make the start of the run that waits for the end; it waits in a line of its own."""
        run_id = keeper_of(self.run_id) + (f"-{self.again}" if self.again else "")
        return Start(flow=KEEP, run_id=run_id, request=self, queue=Queue.DEPLOYMENTS, partition=run_id)


def keeper_of(run_id: str) -> str:
    """This function will name the run that keeps an environment for the deployment of this run."""
    return f"{KEEP}-{run_id}"


async def stay(
    run: Run, lease: Lease, *, length: timedelta, repository: RepositoryRef, services: Services
) -> Lease | None:
    """This function will keep the environment of a deployment that succeeded; None means that its lease was lost.

    The environment is not given back then: the run that this starts does so at the end.
    """
    now = await run.now()

    def change(connection: Connection) -> Lease | None:
        kept = keep_lease(connection, lease, now=now, until=now + length)
        if kept is not None:
            append(connection, lease_entry(kept, "environment kept", now=now))
        return kept

    kept = await run.step("keep", lambda: services.database.write(change), returns=Lease | None)
    if kept is not None:
        request = KeepRequest(
            repository=repository, environment=lease.place.environment, run_id=lease.holder.run_id
        )
        await run.send(request.start())
    return kept


async def end_kept(run: Run, hold: Lease, repository: RepositoryRef, *, by: str = "", why: str = "") -> None:
    """This function will tell the run that keeps an environment to take it down now."""
    request = KeepRequest(
        repository=repository, environment=hold.place.environment, run_id=hold.holder.run_id
    )
    await run.send(request.start())
    news = News(about=About.LEASE, by=by, text=why)
    keeper = keeper_of(hold.holder.run_id)
    await run.send(Signal(run_id=keeper, topic=NEWS, message=news, key=f"end-{by}-{why}"))


async def keep(run: Run, request: KeepRequest, *, services: Services) -> None:
    """This function will wait until an environment has been kept for long enough, and take it down."""
    ended = await _wait(run, request, services)
    for attempt in range(_TRIES):
        hold = await _hold(run, request, services)
        if hold is None:  # a newer deployment keeps it now
            return
        lease = await acquire(run, _wanted(run, hold, request), services=services)
        if not isinstance(lease, Refused):
            work = Teardown(repository=request.repository, hold=hold, lease=lease, ended=ended, length=LENGTH)
            await take_down(run, work, services=services)
            await _end(run, hold, services)
            await give_back(run, lease, services=services)
            return
        if attempt == 0:
            text = render_put_off(hold, ended, lease)
            await say(run, hold, text, repository=request.repository, services=services)
        await run.sleep(_AGAIN)
    _log.error("environment_not_taken_down", environment=request.environment, run_id=run.id)


async def _wait(run: Run, request: KeepRequest, services: Services) -> Ended:
    while True:
        hold = await _hold(run, request, services)
        now = await run.now()
        if hold is None or hold.expires_at is None or hold.expires_at <= now:
            return Ended()
        news = await run.wait(NEWS, timeout=hold.expires_at - now, returns=News)
        if news is not None and news.about is About.LEASE:
            return Ended(by=news.by, why=news.text)


async def _hold(run: Run, request: KeepRequest, services: Services) -> Lease | None:
    """The hold that this run waits for the end of, whether it has the environment or waits behind a deployment."""
    place = Place(repository_id=request.repository.id, environment=request.environment)

    def read(connection: Connection) -> Lease | None:
        return kept_in(line_of(connection, place), request.run_id)

    return await run.step("kept", lambda: services.database.read(read), returns=Lease | None)


def _wanted(run: Run, hold: Lease, request: KeepRequest) -> Wanted:
    holder = Holder(
        run_id=run.id,
        kind=HoldKind.DEPLOY,
        person=hold.holder.person,
        number=hold.holder.number,
        sha=hold.holder.sha,
    )
    ask = Ask(holder=holder, length=LENGTH, task=Task.TEARDOWN)
    return Wanted(repository=request.repository, place=hold.place, ask=ask, receipt=None)


async def _end(run: Run, hold: Lease, services: Services) -> None:
    now: datetime = await run.now()

    def change(connection: Connection) -> tuple[str, ...]:
        waiting = unhold(connection, hold, now=now)
        append(connection, lease_entry(hold, "environment no longer kept", now=now))
        return waiting

    waiting = await run.step(
        "no longer kept", lambda: services.database.write(change), returns=tuple[str, ...]
    )
    await wake(run, waiting[:1], cause=f"{hold.place.key}-unkept-{hold.holder.run_id}")
