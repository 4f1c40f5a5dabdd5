"""Values and a database for the tests of leases."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from bot.deployments.leases.model import Ask, Granted, Holder, HoldKind, Lease, Place, Queued, Taking
from bot.deployments.model import Task
from bot.github.models import Actor
from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=15)
ADA = Actor(id=7, login="ada")
GRACE = Actor(id=8, login="grace")
PLACE = Place(repository_id=22, environment="Production")


def after(minutes: float) -> datetime:
    """This function will return the time so many minutes after the beginning."""
    return NOW + timedelta(minutes=minutes)


def holder(
    run_id: str,
    *,
    person: Actor = ADA,
    number: int | None = 5,
    kind: HoldKind = HoldKind.DEPLOY,
    reason: str = "",
) -> Holder:
    """This function will make someone who wants an environment."""
    sha = "1a2b3c4d" * 5 if kind in {HoldKind.DEPLOY, HoldKind.KEEP} else ""
    return Holder(run_id=run_id, kind=kind, person=person, number=number, sha=sha, reason=reason)


def ask(run_id: str, *, person: Actor = ADA, number: int | None = 5, task: Task = Task.DEPLOY) -> Ask:
    """This function will make the asking of a deployment."""
    return Ask(holder=holder(run_id, person=person, number=number), length=LENGTH, task=task)


def lock(
    run_id: str = "lock", *, person: Actor = GRACE, kind: HoldKind = HoldKind.LOCK, number: int | None = 5
) -> Holder:
    """This function will make a person's word."""
    return holder(run_id, person=person, kind=kind, number=number, reason="the database is moved")


def lease(
    holding: Holder, *, token: int = 1, minutes: float | None = 15, workflow_run_id: int | None = None
) -> Lease:
    """This function will make a lease that was taken at the beginning."""
    return Lease(
        place=PLACE,
        holder=holding,
        token=token,
        taken_at=NOW,
        heartbeat_at=NOW,
        expires_at=None if minutes is None else after(minutes),
        workflow_run_id=workflow_run_id,
    )


@contextmanager
def transaction(folder: Path) -> Iterator[Connection]:
    """This function will open a transaction on an empty database."""
    url = f"sqlite:///{folder / 'pilothouse.db'}"
    database = Database(url)
    database.open()
    database.close()
    engine = create_engine(url)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def granted(taking: Taking) -> Lease:
    """This function will return what the asker was given."""
    assert isinstance(taking, Granted)
    return taking.lease


def position(taking: Taking) -> int:
    """This function will return the place of an asker that must wait."""
    assert isinstance(taking, Queued)
    return taking.position
