"""Writes the rows of leases and queues; whoever changes an environment first takes its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.leases.model import Lease
from bot.storage.inserting import insert_new
from bot.storage.trust_tables import lease_queue, leases

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.deployments.leases.model import Holder, HoldKind, Place, Ticket

# A row that nobody holds.
FREE: dict[str, str | int | None] = {
    "run_id": "",
    "kind": "",
    "number": None,
    "sha": "",
    "person": "",
    "person_id": 0,
    "reason": "",
    "taken_at": None,
    "heartbeat_at": None,
    "expires_at": None,
    "workflow_run_id": None,
}


def lock_place(connection: Connection, place: Place) -> None:
    """This function will take the row for this transaction, as both databases know it: by writing it."""
    if connection.execute(leases.update().where(at(place)).values(token=leases.c.token)).rowcount:
        return
    connection.execute(
        insert_new(connection, leases).values(
            repository_id=place.repository_id, environment=place.key, token=0, tickets=0, **FREE
        )
    )
    connection.execute(leases.update().where(at(place)).values(token=leases.c.token))


def begin(
    connection: Connection, place: Place, holder: Holder, *, now: datetime, until: datetime | None
) -> Lease:
    """This function will make the next holder of the environment, with the next token."""
    token: int = connection.execute(
        leases.update().where(at(place)).values(token=leases.c.token + 1).returning(leases.c.token)
    ).scalar_one()
    lease = Lease(place=place, holder=holder, token=token, taken_at=now, heartbeat_at=now, expires_at=until)
    write_lease(connection, lease)
    return lease


def write_lease(connection: Connection, lease: Lease) -> None:
    """This function will write the holder over the one before."""
    connection.execute(
        leases.update()
        .where(at(lease.place))
        .values(
            taken_at=lease.taken_at,
            heartbeat_at=lease.heartbeat_at,
            expires_at=lease.expires_at,
            workflow_run_id=lease.workflow_run_id,
            **_holder_values(lease.holder),
        )
    )


def insert_ticket(connection: Connection, ticket: Ticket) -> None:
    """This function will put a contender or hold into the queue."""
    connection.execute(
        lease_queue.insert().values(
            repository_id=ticket.place.repository_id,
            environment=ticket.place.key,
            sequence=ticket.sequence,
            asked_at=ticket.asked_at,
            seen_at=ticket.seen_at,
            expires_at=ticket.expires_at,
            **_holder_values(ticket.holder),
        )
    )


def drop_ticket(connection: Connection, place: Place, run_id: str, kind: HoldKind) -> None:
    """This function will take a contender or hold out of the queue, if it is there."""
    connection.execute(
        lease_queue.delete().where(
            waiting_in(place), lease_queue.c.run_id == run_id, lease_queue.c.kind == kind.value
        )
    )


def _holder_values(holder: Holder) -> dict[str, str | int | None]:
    return {
        "run_id": holder.run_id,
        "kind": holder.kind.value,
        "number": holder.number,
        "sha": holder.sha,
        "person": holder.person.login,
        "person_id": holder.person.id,
        "reason": holder.reason,
    }


def at(place: Place) -> ColumnElement[bool]:
    """This function will choose the environment's row."""
    return (leases.c.repository_id == place.repository_id) & (leases.c.environment == place.key)


def waiting_in(place: Place) -> ColumnElement[bool]:
    """This function will choose the rows of the environment's queue."""
    return (lease_queue.c.repository_id == place.repository_id) & (lease_queue.c.environment == place.key)
