"""Reads leases and queues from their tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.deployments.leases.model import EVERYWHERE, Holder, HoldKind, Lease, Line, Place, Ticket
from bot.deployments.leases.rules import ticket_of
from bot.github.models import Actor
from bot.storage.trust_tables import deployments, lease_queue, leases

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class LeaseUnreadableError(Exception):
    """A stored lease makes no sense: nobody may deploy on it."""


def lease_of(connection: Connection, place: Place) -> Lease | None:
    """This function will return who holds the environment, or None where it is free.

    Raises:
        LeaseUnreadableError: the row makes no sense.
    """
    return line_of(connection, place).lease


def line_of(connection: Connection, place: Place) -> Line:
    """This function will return the environment's holder and all who wait for it.

    Raises:
        LeaseUnreadableError: a row makes no sense.
    """
    row = connection.execute(
        select(leases).where(leases.c.repository_id == place.repository_id, leases.c.environment == place.key)
    ).first()
    waiting = connection.execute(
        select(lease_queue)
        .where(lease_queue.c.repository_id == place.repository_id, lease_queue.c.environment == place.key)
        .order_by(lease_queue.c.sequence, lease_queue.c.run_id)
    )
    return Line(
        place=place,
        lease=_lease(place, row) if row is not None and row.run_id else None,
        tickets=tuple(_ticket(place, each) for each in waiting),
    )


def view_of(connection: Connection, place: Place) -> Line:
    """This function will return the line as a contender has to see it: with the lock on every environment, if any.

    Raises:
        LeaseUnreadableError: a row makes no sense.
    """
    line = line_of(connection, place)
    if place.key == EVERYWHERE:
        return line
    everywhere = lease_of(connection, Place(repository_id=place.repository_id, environment=EVERYWHERE))
    return line if everywhere is None else replace(line, tickets=(*line.tickets, ticket_of(everywhere)))


def leases_of(connection: Connection, repository_id: int) -> tuple[Lease, ...]:
    """This function will return every environment of the repository that is held, by name."""
    rows = connection.execute(
        select(leases)
        .where(leases.c.repository_id == repository_id, leases.c.run_id != "")
        .order_by(leases.c.environment)
    )
    return tuple(_lease(_place(row), row) for row in rows)


def lines_of(connection: Connection, repository_id: int) -> tuple[Line, ...]:
    """This function will return every environment of the repository that is held or waited for, by name."""
    held = {lease.place.key: lease for lease in leases_of(connection, repository_id)}
    rows = connection.execute(
        select(lease_queue)
        .where(lease_queue.c.repository_id == repository_id)
        .order_by(lease_queue.c.sequence, lease_queue.c.run_id)
    )
    waiting: dict[str, list[Ticket]] = {}
    for row in rows:
        waiting.setdefault(row.environment, []).append(_ticket(_place(row), row))
    return tuple(
        Line(
            place=Place(repository_id=repository_id, environment=key),
            lease=held.get(key),
            tickets=tuple(waiting.get(key, ())),
        )
        for key in sorted(held.keys() | waiting.keys())
    )


def repositories_with_lines(connection: Connection) -> frozenset[int]:
    """This function will return the repositories in which an environment is held or waited for."""
    held = connection.execute(select(leases.c.repository_id).where(leases.c.run_id != "").distinct())
    waiting = connection.execute(select(lease_queue.c.repository_id).distinct())
    return frozenset((*held.scalars(), *waiting.scalars()))


def deployment_ids(connection: Connection, repository_id: int, run_ids: frozenset[str]) -> dict[str, int]:
    """This function will return the newest GitHub Deployment that each of these runs made."""
    rows = connection.execute(
        select(deployments.c.run_id, deployments.c.deployment_id)
        .where(deployments.c.repository_id == repository_id, deployments.c.run_id.in_(run_ids))
        .order_by(deployments.c.deployment_id)
    )
    return {row.run_id: row.deployment_id for row in rows}


def _place(row: Any) -> Place:
    return Place(repository_id=row.repository_id, environment=row.environment)


def _lease(place: Place, row: Any) -> Lease:
    return Lease(
        place=place,
        holder=_holder(row),
        token=row.token,
        taken_at=_known(row.taken_at),
        heartbeat_at=_known(row.heartbeat_at),
        expires_at=row.expires_at,
        workflow_run_id=row.workflow_run_id,
    )


def _ticket(place: Place, row: Any) -> Ticket:
    return Ticket(
        place=place,
        holder=_holder(row),
        sequence=row.sequence,
        asked_at=row.asked_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def _holder(row: Any) -> Holder:
    try:
        kind = HoldKind(row.kind)
    except ValueError as error:
        raise LeaseUnreadableError(f"{row.environment}: {row.kind!r} is no kind of lease") from error
    return Holder(
        run_id=row.run_id,
        kind=kind,
        person=Actor(id=row.person_id, login=row.person),
        number=row.number,
        sha=row.sha,
        reason=row.reason,
    )


def _known(at: datetime | None) -> datetime:
    if at is None:
        raise LeaseUnreadableError("a lease is held that was never taken")
    return at
