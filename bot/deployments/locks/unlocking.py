"""Opens an environment at a person's word, by force if need be; whoever held it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.audit.store import append
from bot.commands.model import Done, Failed, Reason, Refused
from bot.deployments.keeping.story import end_kept
from bot.deployments.leases.leasing import wake
from bot.deployments.leases.model import HoldKind, Lease, Line, Place
from bot.deployments.leases.record import end_lease, lease_entry
from bot.deployments.leases.render import render_forced, render_opened, render_taken
from bot.deployments.leases.rows import view_of
from bot.deployments.leases.store import release, unhold
from bot.deployments.locks.rules import Opener, decide_unlock
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News
from bot.github.actions import cancel_run, get_run
from bot.github.comments import create_comment, find_comment
from bot.github.errors import GitHubError, NotFound
from bot.markdown import marker

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.deployments.locks.rules import Opening
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

_log = structlog.get_logger()
# How long a cancelled workflow run is waited for: GitHub gives its jobs some minutes.
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
_LOOKS = 24
_PAUSE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """One hold or lease that is ended at a person's word."""

    lease: Lease
    opener: Opener
    call: Call


async def unlock(run: Run, call: Call, services: Services) -> Outcome:
    """This function will end the holds on an environment that the person may end, or take it from a deployment."""
    request, index = call.request, call.command.index
    place = Place(repository_id=request.repository.id, environment=call.command.argument(0))
    opener = Opener(
        person=request.author,
        number=request.number if request.is_pull_request else None,
        is_forced=any(given.name == "force" for given in call.command.flags),
        reason=call.command.argument(1),
    )
    now = await run.now()
    line = await run.step(
        f"line {index}",
        lambda: services.database.read(lambda connection: view_of(connection, place)),
        returns=Line,
    )
    decision = decide_unlock(line, opener, now=now)
    if isinstance(decision, Refused):
        return decision
    if decision.deployment is not None:
        ending = _Ending(lease=decision.deployment, opener=opener, call=call)
        return await _take_away(run, ending, services)
    for hold in decision.holds:
        await _end_hold(run, _Ending(lease=hold, opener=opener, call=call), services)
    return Done(text=_opened(decision, now))


def _opened(decision: Opening, now: datetime) -> str:
    return render_opened(decision.holds, decision.left, now=now)


async def _end_hold(run: Run, ending: _Ending, services: Services) -> None:
    hold, opener = ending.lease, ending.opener
    if hold.holder.kind is HoldKind.KEEP:
        await end_kept(run, hold, ending.call.request.repository, by=opener.person.login)
        return
    now = await run.now()

    def change(connection: Connection) -> tuple[str, ...]:
        waiting = unhold(connection, hold, now=now)
        what = "environment opened by force" if opener.is_forced else "environment opened"
        append(connection, lease_entry(hold, what, now=now, by=opener.person, why=opener.reason))
        return waiting

    name = f"unlock {hold.holder.kind} {ending.call.command.index}"
    waiting = await run.step(name, lambda: services.database.write(change), returns=tuple[str, ...])
    await wake(run, waiting[:1], cause=f"{hold.place.key}-opened-{ending.call.receipt}")
    await _tell(run, ending, services)


async def _take_away(run: Run, ending: _Ending, services: Services) -> Outcome:
    """Stop a deployment, wait until nothing runs any more, and free its environment."""
    lease, opener, call = ending.lease, ending.opener, ending.call
    why = News(about=About.CANCEL, by=opener.person.login, text=opener.reason)
    await run.send(Signal(run_id=lease.holder.run_id, topic=NEWS, message=why, key=f"forced-{call.receipt}"))
    if lease.workflow_run_id and not await _stopped(run, lease.workflow_run_id, call, services):
        return Failed(reason=Reason.STILL_RUNNING, text=render_taken(lease, is_over=False))
    now = await run.now()

    def change(connection: Connection) -> tuple[str, ...]:
        waiting = end_lease(release, lease, "lease taken away", now, connection)
        entry = lease_entry(
            lease, "environment opened by force", now=now, by=opener.person, why=opener.reason
        )
        append(connection, entry)
        return waiting

    waiting = await run.step(
        f"take away {call.command.index}", lambda: services.database.write(change), returns=tuple[str, ...]
    )
    await wake(run, waiting[:1], cause=f"{lease.place.key}-{lease.token}")
    await _tell(run, ending, services)
    return Done(text=render_taken(lease, is_over=True))


async def _stopped(run: Run, workflow_run_id: int, call: Call, services: Services) -> bool:
    """Whether the workflow run is over, once it was asked to stop."""
    repo, index = services.repository(call.request.repository), call.command.index
    if await run.step(f"running {index}", partial(_is_over, repo, workflow_run_id), returns=bool):
        return True
    try:
        await run.step(f"stop {index}", lambda: cancel_run(repo, workflow_run_id), returns=None)
    except GitHubError as error:  # it has ended in the meantime, or is being cancelled already
        _log.warning("workflow_run_not_cancelled", workflow_run_id=workflow_run_id, error=str(error))
    for _ in range(_LOOKS):
        if await run.step(f"running {index}", partial(_is_over, repo, workflow_run_id), returns=bool):
            return True
        await run.sleep(_PAUSE)
    return False


async def _is_over(repo: RepositoryClient, workflow_run_id: int) -> bool:
    try:
        return (await get_run(repo, workflow_run_id)).is_completed
    except NotFound:
        return True


async def _tell(run: Run, ending: _Ending, services: Services) -> None:
    """Tell whoever held the environment, where that is another person; the receipt speaks to the one who opened it."""
    holder, call = ending.lease.holder, ending.call
    if holder.person.id in {ending.opener.person.id, 0}:
        return
    repo = services.repository(call.request.repository)
    number = holder.number or call.request.number
    key = f"forced/{repo.ref.id}/{ending.lease.place.key}/{call.receipt}/{holder.kind}"
    hidden = marker("forced", key)
    body = f"{hidden}\n{render_forced(ending.lease, by=ending.opener.person, why=ending.opener.reason)}"

    async def create() -> int:
        return (await create_comment(repo, number, body)).id

    async def find() -> int | None:
        found = await find_comment(repo, number, marker=hidden)
        return found.id if found else None

    async def act() -> int:
        return await services.effects.once(key, create, read_back=find, returns=int)

    try:
        await run.step(f"tell the holder {call.command.index}", act, returns=int)
    except (
        GitHubError
    ) as error:  # a locked conversation, or GitHub is down: the environment is open all the same
        _log.warning("holder_not_told", login=holder.person.login, error=str(error))
