"""Changes leases and queues, each change one transaction that first takes the environment's row for itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.deployments.leases.model import Granted, HoldKind, Lease, Ticket
from bot.deployments.leases.rows import line_of, view_of
from bot.deployments.leases.rules import (
    PATIENCE,
    contenders,
    decide_take,
    holds_of,
    is_alive,
    is_expired,
    may_have_a_run,
    next_hold,
    ticket_of,
)
from bot.deployments.leases.writes import (
    FREE,
    at,
    begin,
    drop_ticket,
    insert_ticket,
    lock_place,
    waiting_in,
    write_lease,
)
from bot.deployments.model import Task
from bot.storage.trust_tables import lease_queue, leases

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

    from bot.deployments.leases.model import Ask, Holder, Line, Place, Taking

# Rollbacks and teardowns are numbered from far below: before every deployment, among themselves in order.
_FIRST = -(1 << 60)


def take(connection: Connection, place: Place, ask: Ask, *, now: datetime) -> Taking:
    """This function will give the environment to the asker where it may have it, else keep its place in the queue.

    Asking again is how a contender shows that it lives; the holder that asks again gets the lease it has.

    Raises:
        LeaseUnreadableError: what is stored makes no sense.
    """
    lock_place(connection, place)
    line = line_of(connection, place)
    lease = line.lease
    if (
        lease is not None
        and lease.holder.kind is HoldKind.DEPLOY
        and lease.holder.run_id == ask.holder.run_id
    ):
        renewed = renew(connection, lease, now=now, length=ask.length)
        return Granted(lease=renewed or lease)
    _wait(connection, line, ask, now)
    refused = decide_take(view_of(connection, place), ask, now=now)
    if refused is not None:
        return refused
    return Granted(lease=_give(connection, line, ask, now))


def renew(
    connection: Connection,
    lease: Lease,
    *,
    now: datetime,
    length: timedelta,
    workflow_run_id: int | None = None,
) -> Lease | None:
    """This function will keep the lease alive; None means it is lost, and its holder must stop.

    The workflow run is what changes the environment for the holder from now on; None leaves it as it is. Right before
    a dispatch it is `DISPATCHING`, so that nobody else begins while it is not known.
    """
    lock_place(connection, lease.place)
    present = _still(connection, lease)
    if present is None:
        return None
    renewed = replace(
        present,
        heartbeat_at=max(now, present.heartbeat_at),
        expires_at=now + length if present.expires_at is None else max(now + length, present.expires_at),
        workflow_run_id=present.workflow_run_id if workflow_run_id is None else workflow_run_id,
    )
    write_lease(connection, renewed)
    return renewed


def release(connection: Connection, lease: Lease, *, now: datetime) -> tuple[str, ...]:
    """This function will free the environment where this lease still holds it; it returns the runs that wait.

    A hold that was put behind the deployment begins.
    """
    lock_place(connection, lease.place)
    line = line_of(connection, lease.place)
    if line.lease is not None and line.lease.token == lease.token:
        line = _free(connection, line, now)
    return waiting_runs(line, now)


def replace_expired(connection: Connection, lease: Lease, *, now: datetime) -> tuple[str, ...]:
    """This function will free the environment of a holder whose time is over and whose workflow run has ended.

    Nothing happens where the holder has shown itself since, or has begun another workflow run.
    """
    lock_place(connection, lease.place)
    line = line_of(connection, lease.place)
    present = line.lease
    if present is not None and _is_same(present, lease) and is_expired(present, now):
        line = _free(connection, line, now)
    return waiting_runs(line, now)


def leave(connection: Connection, place: Place, run_id: str, *, now: datetime) -> tuple[str, ...]:
    """This function will take a contender out of the queue; it returns the runs that wait."""
    lock_place(connection, place)
    drop_ticket(connection, place, run_id, HoldKind.DEPLOY)
    return waiting_runs(line_of(connection, place), now)


def hold(
    connection: Connection, place: Place, holder: Holder, *, now: datetime, until: datetime | None
) -> Lease:
    """This function will close the environment: at once where it is free, else as soon as the deployment ends.

    No deployment that the hold does not let in begins in between; until the hold begins, its lease has token 0. An
    environment has one lock and one freeze: the same person's new one replaces the old one, and where it is another
    person's, that one is returned and nothing changes.
    """
    lock_place(connection, place)
    line = line_of(connection, place)
    wanted = Lease(place=place, holder=holder, token=0, taken_at=now, heartbeat_at=now, expires_at=until)
    known = next((each for each in holds_of(line, now) if each.holder.kind is holder.kind), None)
    if known is not None and (
        known.holder.run_id == holder.run_id or known.holder.person.id != holder.person.id
    ):
        return known
    if known is not None and known == line.lease:
        replaced = replace(known, holder=holder, heartbeat_at=now, expires_at=until)
        write_lease(connection, replaced)
        return replaced
    if known is not None:
        drop_ticket(connection, place, known.holder.run_id, holder.kind)
    insert_ticket(connection, ticket_of(wanted))
    if line.lease is None or (is_expired(line.lease, now) and not may_have_a_run(line.lease)):
        begun = _free(connection, line_of(connection, place), now).lease
        return begun if begun is not None and begun.holder == holder else wanted
    return wanted


def unhold(connection: Connection, hold: Lease, *, now: datetime) -> tuple[str, ...]:
    """This function will end a hold, begun or not; it returns the runs that wait."""
    lock_place(connection, hold.place)
    line = line_of(connection, hold.place)
    lease = line.lease
    if lease is not None and _is(lease.holder, hold.holder.run_id, hold.holder.kind):
        line = _free(connection, line, now)
    drop_ticket(connection, hold.place, hold.holder.run_id, hold.holder.kind)
    return waiting_runs(line, now)


def keep(connection: Connection, lease: Lease, *, now: datetime, until: datetime) -> Lease | None:
    """This function will let a deployment that ended keep its environment; None means the lease was lost.

    What was kept for the same pull request before ends with it.
    """
    lock_place(connection, lease.place)
    present = line_of(connection, lease.place).lease
    if present is None or present.token != lease.token:
        return None
    if present.holder.kind is HoldKind.KEEP:  # it is already: a step happens twice
        return present
    holder = replace(present.holder, kind=HoldKind.KEEP)
    kept = replace(present, holder=holder, heartbeat_at=now, expires_at=until, workflow_run_id=None)
    connection.execute(
        lease_queue.delete().where(waiting_in(lease.place), lease_queue.c.kind == HoldKind.KEEP.value)
    )
    write_lease(connection, kept)
    return kept


def forget_dead(connection: Connection, place: Place, *, before: datetime) -> int:
    """This function will delete the tickets of contenders that were last seen before this time."""
    lock_place(connection, place)
    return connection.execute(
        lease_queue.delete().where(
            waiting_in(place),
            lease_queue.c.kind == HoldKind.DEPLOY.value,
            lease_queue.c.seen_at < before,
        )
    ).rowcount


def waiting_runs(line: Line, now: datetime) -> tuple[str, ...]:
    """This function will return the runs of the living contenders, in order."""
    return tuple(ticket.holder.run_id for ticket in contenders(line.tickets, now))


def _wait(connection: Connection, line: Line, ask: Ask, now: datetime) -> None:
    """Give the asker a ticket, or note that it lives."""
    place, run_id = line.place, ask.holder.run_id
    mine = next((each for each in line.tickets if _is(each.holder, run_id, HoldKind.DEPLOY)), None)
    if mine is not None:
        seen = waiting_in(place) & (lease_queue.c.kind == HoldKind.DEPLOY.value)
        if is_alive(mine, now):
            seen &= lease_queue.c.run_id == run_id
        else:  # it was away, and so may all have been, as when the bot stood still: nobody loses a place by that
            seen &= lease_queue.c.seen_at >= mine.seen_at - PATIENCE
        connection.execute(lease_queue.update().where(seen).values(seen_at=now))
        return
    count = leases.c.tickets + 1
    number: int = connection.execute(
        leases.update().where(at(place)).values(tickets=count).returning(leases.c.tickets)
    ).scalar_one()
    sequence = number if ask.task is Task.DEPLOY else _FIRST + number
    ticket = Ticket(place=place, holder=ask.holder, sequence=sequence, asked_at=now, seen_at=now)
    insert_ticket(connection, ticket)


def _give(connection: Connection, line: Line, ask: Ask, now: datetime) -> Lease:
    """Make the asker the holder; a hold that lets it in waits until it is done."""
    place, before = line.place, line.lease
    drop_ticket(connection, place, ask.holder.run_id, HoldKind.DEPLOY)
    if before is not None and before.holder.kind.is_hold and not is_expired(before, now):
        insert_ticket(connection, ticket_of(before))
    return begin(connection, place, ask.holder, now=now, until=now + ask.length)


def _free(connection: Connection, line: Line, now: datetime) -> Line:
    """Take the environment from its holder; the gravest hold that waits begins."""
    connection.execute(leases.update().where(at(line.place)).values(**FREE))
    hold = next_hold(line.tickets, now)
    if hold is not None:
        drop_ticket(connection, line.place, hold.holder.run_id, hold.holder.kind)
        begin(connection, line.place, hold.holder, now=now, until=hold.expires_at)
    return line_of(connection, line.place)


def _still(connection: Connection, lease: Lease) -> Lease | None:
    """The lease as it stands now, where this deployment still has it."""
    present = line_of(connection, lease.place).lease
    if present is None or present.token != lease.token or present.holder.kind is not HoldKind.DEPLOY:
        return None
    return present


def _is_same(present: Lease, seen: Lease) -> bool:
    return present.token == seen.token and present.workflow_run_id == seen.workflow_run_id


def _is(holder: Holder, run_id: str, kind: HoldKind) -> bool:
    return holder.run_id == run_id and holder.kind is kind
