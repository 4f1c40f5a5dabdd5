"""Notes in the journal what happens to leases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.audit.model import Entry, Kind
from bot.audit.store import append
from bot.deployments.leases.rows import lease_of
from bot.deployments.leases.writes import lock_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.deployments.leases.model import Lease
    from bot.github.models import Actor


def lease_entry(lease: Lease, what: str, *, now: datetime, by: Actor | None = None, why: str = "") -> Entry:
    """This function will make the journal's entry of something that happened to a lease, by its holder or another."""
    holder = lease.holder
    actor = by or holder.person
    number = f"#{holder.number} " if holder.number is not None else ""
    detail = {"token": str(lease.token), "run": holder.run_id, "holder": holder.person.login}
    return Entry(
        key=f"lease/{lease.place.key}/{holder.run_id}/{lease.token}/{what}",
        repository_id=lease.place.repository_id,
        kind=Kind.LEASE,
        at=now,
        actor=actor.login,
        actor_id=actor.id,
        what=what,
        subject=f"{number}{lease.place.environment} {holder.sha[:7]}".strip(),
        result=holder.kind.value,
        detail=detail | ({"why": why} if why else {}),
    )


def end_lease(
    ending: Callable[..., tuple[str, ...]], lease: Lease, what: str, now: datetime, connection: Connection
) -> tuple[str, ...]:
    """This function will end the lease, and note that where it was not over before."""
    lock_place(connection, lease.place)
    before = lease_of(connection, lease.place)
    waiting = ending(connection, lease, now=now)
    after = lease_of(connection, lease.place)
    if before is not None and before.token == lease.token and (after is None or after.token != lease.token):
        append(connection, lease_entry(lease, what, now=now))
    return waiting
