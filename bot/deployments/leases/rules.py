"""Decides who gets an environment: the asker, someone before it, or nobody while a person's word stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from bot.deployments.leases.model import HoldKind, Lease, Locked, Queued, Ticket
from bot.deployments.model import Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.deployments.leases.model import Ask, Holder, Line

# A contender asks again every two minutes: one that was silent for longer has died, and those behind it go on.
PATIENCE = timedelta(minutes=6)
# Until when a hold without an end stands.
# The workflow run of a holder that is about to dispatch one: it is not known, but there may be one.
DISPATCHING = 0
_CLOSING = {HoldKind.LOCK, HoldKind.FREEZE}
_GRAVITY = (HoldKind.FREEZE, HoldKind.LOCK, HoldKind.KEEP)


def decide_take(line: Line, ask: Ask, *, now: datetime) -> Queued | Locked | None:
    """This function will say what keeps the asker from the environment, or None where it is the asker's to take.

    An asker that has no ticket yet comes after all that have one.
    """
    closed = _closing_hold(line, ask, now)
    if closed is not None:
        return Locked(lease=closed)
    ahead = _ahead(line, ask, now)
    lease = line.lease
    if lease is not None and not _gives_way(lease, ask, now):
        return Queued(position=len(ahead) + 1, lease=lease, ahead=ahead)
    return Queued(position=len(ahead) + 1, lease=None, ahead=ahead) if ahead else None


def may_pass(holder: Holder, hold: Holder, *, task: Task = Task.DEPLOY) -> bool:
    """This function will say whether a deployment may go into an environment in spite of the hold on it.

    Whoever locked it may deploy, a kept environment takes newer deployments of its own pull request, and a rollback
    is the way out of a freeze. A teardown ends what was kept; a lock waits until it is done.
    """
    match hold.kind:
        case HoldKind.LOCK:
            return holder.person.id == hold.person.id or task is Task.TEARDOWN
        case HoldKind.KEEP:
            return holder.number is not None and holder.number == hold.number
        case HoldKind.FREEZE:
            return task is Task.ROLLBACK
        case HoldKind.DEPLOY:
            return holder.run_id == hold.run_id
        case _:
            assert_never(hold.kind)


def is_expired(lease: Lease, now: datetime) -> bool:
    """This function will say whether the holder's time is over; of what was kept, its teardown decides."""
    if lease.holder.kind is HoldKind.KEEP or lease.expires_at is None:
        return False
    return lease.expires_at <= now


def may_have_a_run(lease: Lease) -> bool:
    """This function will say whether a workflow run may be changing the environment for this holder."""
    return lease.holder.kind is HoldKind.DEPLOY and lease.workflow_run_id is not None


def is_alive(ticket: Ticket, now: datetime) -> bool:
    """This function will say whether the ticket counts: its contender asked lately, or its hold's time is not over."""
    match ticket.holder.kind:
        case HoldKind.DEPLOY:
            return ticket.seen_at + PATIENCE >= now
        case HoldKind.KEEP:
            return True
        case HoldKind.LOCK | HoldKind.FREEZE:
            return ticket.expires_at is None or ticket.expires_at > now
        case _:
            assert_never(ticket.holder.kind)


def contenders(tickets: Iterable[Ticket], now: datetime) -> tuple[Ticket, ...]:
    """This function will return the deployments that wait, next first, without those that died."""
    waiting = (
        ticket for ticket in tickets if ticket.holder.kind is HoldKind.DEPLOY and is_alive(ticket, now)
    )
    return tuple(sorted(waiting, key=lambda ticket: ticket.sequence))


def next_hold(tickets: Iterable[Ticket], now: datetime) -> Ticket | None:
    """This function will return the hold that begins when the environment is free: the gravest, then the oldest."""
    holds = [ticket for ticket in tickets if ticket.holder.kind.is_hold and is_alive(ticket, now)]
    return min(holds, key=lambda hold: (_GRAVITY.index(hold.holder.kind), hold.asked_at), default=None)


def hold_of(ticket: Ticket) -> Lease:
    """This function will show a hold that has not begun as the lease it will be."""
    return Lease(
        place=ticket.place,
        holder=ticket.holder,
        token=0,
        taken_at=ticket.asked_at,
        heartbeat_at=ticket.asked_at,
        expires_at=ticket.expires_at,
    )


def ticket_of(hold: Lease) -> Ticket:
    """This function will make the ticket of a hold that waits, or waits again."""
    return Ticket(
        place=hold.place,
        holder=hold.holder,
        sequence=0,
        asked_at=hold.taken_at,
        seen_at=hold.taken_at,
        expires_at=hold.expires_at,
    )


def holds_of(line: Line, now: datetime) -> tuple[Lease, ...]:
    """This function will return every hold on the environment, the gravest first, begun or not."""
    lease = line.lease
    begun = [lease] if lease is not None and lease.holder.kind.is_hold and not is_expired(lease, now) else []
    waiting = [
        hold_of(ticket) for ticket in line.tickets if ticket.holder.kind.is_hold and is_alive(ticket, now)
    ]
    return tuple(sorted((*begun, *waiting), key=lambda hold: _GRAVITY.index(hold.holder.kind)))


def kept_in(line: Line, run_id: str) -> Lease | None:
    """This function will find the keeping of an environment for the deployment of this run, begun or not."""
    lease = line.lease
    kept = [lease] if lease is not None else []
    kept += [hold_of(ticket) for ticket in line.tickets]
    for each in kept:
        if each.holder.kind is HoldKind.KEEP and each.holder.run_id == run_id:
            return each
    return None


def _closing_hold(line: Line, ask: Ask, now: datetime) -> Lease | None:
    for hold in holds_of(line, now):
        if hold.holder.kind in _CLOSING and not may_pass(ask.holder, hold.holder, task=ask.task):
            return hold
    return None


def _gives_way(lease: Lease, ask: Ask, now: datetime) -> bool:
    """Whether the environment's holder is no holder any more, or lets the asker in."""
    if is_expired(lease, now) and not may_have_a_run(lease):
        return True
    return lease.holder.kind.is_hold and may_pass(ask.holder, lease.holder, task=ask.task)


def _ahead(line: Line, ask: Ask, now: datetime) -> tuple[Ticket, ...]:
    """The living contenders before the asker; where a hold lets the asker in, only those it lets in too."""
    holds = [hold for hold in holds_of(line, now) if may_pass(ask.holder, hold.holder, task=ask.task)]
    waiting = contenders(line.tickets, now)
    own = next((ticket for ticket in waiting if ticket.holder.run_id == ask.holder.run_id), None)
    return tuple(
        ticket
        for ticket in waiting
        if ticket is not own
        and (own is None or ticket.sequence < own.sequence)
        and all(may_pass(ticket.holder, hold.holder) for hold in holds)
    )
