"""The durable side of a lease: a deployment waits for its environment, keeps it alive and gives it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, assert_never

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.audit.store import append
from bot.commands.model import Reason, Refused, Status
from bot.commands.receipts import try_receipt
from bot.deployments.leases.model import Granted, Lease, Locked, Queued
from bot.deployments.leases.record import end_lease, lease_entry
from bot.deployments.leases.render import (
    refuse_cancelled,
    refuse_closed,
    refuse_late,
    refuse_unreadable,
    render_queued,
)
from bot.deployments.leases.rows import LeaseUnreadableError
from bot.deployments.leases.rules import is_expired
from bot.deployments.leases.silent_holders import has_ended
from bot.deployments.leases.store import leave, release, renew, take
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.model import Receipt
    from bot.commands.spec import Services
    from bot.deployments.leases.model import Ask, Place
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.storage.database import Database

_log = structlog.get_logger()
# How often a contender asks again, should nobody wake it; each time shows that it lives.
POLL = timedelta(minutes=2)
# After that nobody remembers what was asked for.
LONGEST_WAIT = timedelta(hours=24)
_AGAIN = timedelta(seconds=10)
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An environment that a deployment needs to itself."""

    repository: RepositoryRef
    place: Place
    ask: Ask
    receipt: Receipt | None  # shows the place in the queue
    web_url: str = ""  # of the repository


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What asking for the environment gave; exactly one of the four."""

    granted: Lease | None = None
    queued: Queued | None = None
    closed: Lease | None = None
    unreadable: str = ""
    may_pass: bool = False  # whether reading again may help


async def acquire(run: Run, wanted: Wanted, *, services: Services) -> Lease | Refused:
    """This function will wait until the environment is the deployment's, or say why it will not be.

    The place in the queue is shown in the receipt. A cancellation heard while it waits ends the waiting.
    """
    began = await run.now()
    shown, tries = "", 0
    while True:
        now = await run.now()
        answer = await run.step("lease", partial(_ask, services.database, wanted, now), returns=_Answer)
        if answer.granted is not None:
            return answer.granted
        tries = tries + 1 if answer.unreadable else 0
        refused = _refusal(wanted, answer, now=now, waited=now - began, tries=tries)
        if refused is None:
            heard = await _rest(run, _Turn(wanted=wanted, answer=answer, shown=shown, now=now), services)
            shown, refused = heard.shown, heard.refused
        if refused is not None:
            await _leave(run, wanted, services.database, now)
            return refused


async def keep_alive(
    run: Run, lease: Lease, *, length: timedelta, services: Services, workflow_run_id: int | None = None
) -> Lease | None:
    """This function will show that the holder lives; None means that the lease is lost and the holder must stop.

    Call it at least every two minutes, with `DISPATCHING` right before a workflow is dispatched, and with the
    workflow run's id right after.
    """
    now = await run.now()
    change = partial(renew, lease=lease, now=now, length=length, workflow_run_id=workflow_run_id)
    kept = await run.step(
        "renew", partial(_renew, services.database, change, lease, now), returns=Lease | None
    )
    if kept is None:
        _log.warning("lease_lost", run_id=run.id, environment=lease.place.environment, token=lease.token)
    return kept


async def give_back(run: Run, lease: Lease, *, services: Services, why: str = "given back") -> None:
    """This function will free the environment, if the lease still holds it, and wake the next in the queue."""
    now = await run.now()
    change = partial(end_lease, release, lease, f"lease {why}", now)
    for _ in range(_TRIES):
        waiting = await run.step("give back", partial(_freed, services.database, change), returns=_Freed)
        if waiting.is_written:
            await wake(run, waiting.run_ids[:1], cause=f"{lease.place.key}-{lease.token}")
            return
        await run.sleep(_AGAIN)


async def wake(run: Run, run_ids: Iterable[str], *, cause: str, by: str = "") -> None:
    """This function will let waiting deployments ask again for their environment."""
    for run_id in run_ids:
        news = News(about=About.LEASE, by=by)
        await run.send(Signal(run_id=run_id, topic=NEWS, message=news, key=f"lease-{cause}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Freed:
    """Who waits for an environment that was given back."""

    is_written: bool
    run_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One time of asking without getting."""

    wanted: Wanted
    answer: _Answer
    shown: str  # in the receipt
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What came of waiting."""

    shown: str
    refused: Refused | None = None


async def _ask(database: Database, wanted: Wanted, now: datetime) -> _Answer:
    def change(connection: Connection) -> _Answer:
        taking = take(connection, wanted.place, wanted.ask, now=now)
        match taking:
            case Granted(lease=lease):
                append(connection, lease_entry(lease, "lease taken", now=lease.taken_at))
                return _Answer(granted=lease)
            case Queued():
                return _Answer(queued=taking)
            case Locked(lease=lease):
                return _Answer(closed=lease)
            case _:
                assert_never(taking)

    try:
        return await database.write(change)
    except LeaseUnreadableError as error:
        return _Answer(unreadable=str(error))
    except SQLAlchemyError as error:
        return _Answer(unreadable=type(error).__name__, may_pass=True)


async def _renew(
    database: Database, change: Callable[[Connection], Lease | None], lease: Lease, now: datetime
) -> Lease | None:
    """Where the store does not answer, the lease is as good as it was, until its time is over."""
    try:
        return await database.write(change)
    except (LeaseUnreadableError, SQLAlchemyError) as error:
        _log.warning("lease_not_renewed", environment=lease.place.environment, error=str(error))
        return None if is_expired(lease, now) else lease


def _refusal(
    wanted: Wanted, answer: _Answer, *, now: datetime, waited: timedelta, tries: int
) -> Refused | None:
    """Why waiting does not help, or no longer."""
    if answer.unreadable and (tries == _TRIES or not answer.may_pass):
        return refuse_unreadable(answer.unreadable, wanted.place)
    if answer.closed is not None:
        return refuse_closed(answer.closed, now=now, web_url=wanted.web_url)
    return refuse_late(wanted.place, waited) if waited >= LONGEST_WAIT else None


async def _rest(run: Run, turn: _Turn, services: Services) -> _Heard:
    """Wait until asking again may help."""
    queued = turn.answer.queued
    if queued is None:
        await run.sleep(_AGAIN)
        return _Heard(shown=turn.shown)
    repo = services.repository(turn.wanted.repository)
    if await has_ended(run, queued.lease, repo=repo, now=turn.now, database=services.database):
        return _Heard(shown=turn.shown)
    shown = await _show(run, queued, turn, services)
    news = await run.wait(NEWS, timeout=POLL, returns=News)
    if news is not None and news.about is About.CANCEL:
        return _Heard(shown=shown, refused=refuse_cancelled(turn.wanted.place, news.by, news.text))
    return _Heard(shown=shown)


async def _show(run: Run, queued: Queued, turn: _Turn, services: Services) -> str:
    """Say in the receipt where the deployment stands, when that has changed."""
    wanted = turn.wanted
    text = render_queued(wanted.place, queued, now=turn.now, web_url=wanted.web_url)
    if wanted.receipt is None or text == turn.shown:
        return turn.shown
    receipt = replace(wanted.receipt, status=Status.QUEUED, reason=Reason.IN_TURN, text=text)
    repo = services.repository(wanted.repository)
    await try_receipt(run, receipt, repo=repo, effects=services.effects)
    return text


async def _leave(run: Run, wanted: Wanted, database: Database, now: datetime) -> None:
    run_id = wanted.ask.holder.run_id
    change = partial(leave, place=wanted.place, run_id=run_id, now=now)
    freed = await run.step("leave", partial(_freed, database, change), returns=_Freed)
    await wake(run, freed.run_ids[:1], cause=f"{wanted.place.key}-left-{run_id}")


async def _freed(database: Database, change: Callable[[Connection], tuple[str, ...]]) -> _Freed:
    """Where it cannot be written, whoever is silent is replaced or skipped in some minutes."""
    try:
        return _Freed(is_written=True, run_ids=await database.write(change))
    except (LeaseUnreadableError, SQLAlchemyError) as error:
        _log.warning("lease_not_given_back", error=str(error))
        return _Freed(is_written=False)
