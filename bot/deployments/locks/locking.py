"""Closes an environment at a person's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.audit.store import append
from bot.commands.model import Done, Reason, Refused
from bot.config.repository import PATH, ConfigurationErrors, configuration_from_yaml
from bot.deployments.judging.facts import environments_of
from bot.deployments.leases.leasing import wake
from bot.deployments.leases.model import EVERYWHERE, Holder, HoldKind, Lease, Place
from bot.deployments.leases.record import lease_entry
from bot.deployments.leases.render import refuse_closed, render_locked
from bot.deployments.leases.rows import line_of
from bot.deployments.leases.store import hold, waiting_runs
from bot.deployments.locks.rules import lock_length
from bot.github.contents import get_file
from bot.github.deployments import list_environments
from bot.markdown import code

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient


@dataclass(frozen=True, slots=True, kw_only=True)
class _Locked:
    lease: Lease
    waiting: tuple[str, ...]  # the runs of the deployments that are refused now


async def lock(run: Run, call: Call, services: Services) -> Outcome:
    """This function will close an environment to everybody else's deployments until it is opened again."""
    length = lock_length(call.command.values("for"))
    if isinstance(length, Refused):
        return length
    request, index = call.request, call.command.index
    repo = services.repository(request.repository)
    wanted = call.command.argument(0)
    known: tuple[str, ...] = (EVERYWHERE,)
    if wanted != EVERYWHERE:
        known = await run.step(f"environments {index}", lambda: _known(repo), returns=tuple[str, ...])
    name = next((each for each in known if each.casefold() == wanted.casefold()), None)
    if name is None:
        return _unknown(wanted, known)
    now = await run.now()
    place = Place(repository_id=request.repository.id, environment=name)
    holder = Holder(
        run_id=call.receipt,
        kind=HoldKind.LOCK,
        person=request.author,
        number=request.number if request.is_pull_request else None,
        reason=call.command.argument(1),
    )

    def change(connection: Connection) -> _Locked:
        lease = hold(connection, place, holder, now=now, until=now + length if length else None)
        waiting = waiting_runs(line_of(connection, place), now)
        if lease.holder.run_id == holder.run_id:
            append(connection, lease_entry(lease, "environment locked", now=now, why=holder.reason))
        return _Locked(lease=lease, waiting=waiting)

    locked = await run.step(f"lock {index}", lambda: services.database.write(change), returns=_Locked)
    if locked.lease.holder.run_id != holder.run_id:
        return refuse_closed(locked.lease, now=now)
    await wake(run, locked.waiting, cause=f"{place.key}-locked-{call.receipt}")
    return Done(text=render_locked(locked.lease, now=now))


async def _known(repo: RepositoryClient) -> tuple[str, ...]:
    """The environments there are; a lock must be possible while the configuration has mistakes."""
    configuration = configuration_from_yaml(await get_file(repo, PATH) or b"")
    if isinstance(configuration, ConfigurationErrors):
        return tuple(environment.name for environment in await list_environments(repo))
    return tuple(await environments_of(repo, configuration))


def _unknown(wanted: str, known: tuple[str, ...]) -> Refused:
    listed = ", ".join(code(each) for each in known) or "none"
    text = f"There is no environment {code(wanted)}. There are: {listed}."
    return Refused(reason=Reason.UNKNOWN_ENVIRONMENT, text=text)
