"""The rows of what GitHub asked of protection rules, and what it was told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.audit.model import Entry, Kind
from bot.audit.store import BOT, append
from bot.deployments.protection.model import Asked, Verdict
from bot.storage.trust_tables import protection_requests as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.deployments.protection.model import Answer, ProtectionRequest

MOST_REPORTS = 9  # of the ten that GitHub takes; the last is not worth an error


def ask(connection: Connection, request: ProtectionRequest, *, now: datetime) -> Asked:
    """This function will remember that GitHub asks, perhaps once more after an answer."""
    row = connection.execute(select(table).where(_place(request))).first()
    if row is None:
        connection.execute(
            table.insert().values(
                repository_id=request.repository.id,
                workflow_run_id=request.workflow_run_id,
                environment=request.environment.casefold(),
                gate_id="",
                reports=0,
                answer="",
                asked_at=now,
                updated_at=now,
            )
        )
        return Asked(at=now, answered="")
    if not row.answer:
        return Asked(at=row.asked_at, answered="")
    connection.execute(table.update().where(_place(request)).values(answer="", asked_at=now, updated_at=now))
    return Asked(at=now, answered=row.answer)


def open_asking(connection: Connection, request: ProtectionRequest) -> Asked | None:
    """This function will return what GitHub asks and was not answered, or None."""
    row = connection.execute(select(table).where(_place(request), table.c.answer == "")).first()
    return None if row is None else Asked(at=row.asked_at, answered="")


def remember_gate(connection: Connection, request: ProtectionRequest, gate_id: str) -> None:
    """This function will remember at which gate the run waits."""
    connection.execute(table.update().where(_place(request)).values(gate_id=gate_id))


def may_report(connection: Connection, request: ProtectionRequest, text: str, *, now: datetime) -> bool:
    """This function will count one more report, and say whether it is new and GitHub still takes it."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    there = _place(request) & (table.c.reports < MOST_REPORTS) & (table.c.reported_digest != digest)
    counted = {"reports": table.c.reports + 1, "reported_digest": digest, "updated_at": now}
    return connection.execute(table.update().where(there).values(counted)).rowcount > 0


def answered(
    connection: Connection, request: ProtectionRequest, answer: Answer, *, asked: Asked, now: datetime
) -> None:
    """This function will remember the answer, and note it in the journal unless nothing waits any more."""
    there = _place(request)
    if answer.verdict is Verdict.GONE:
        there &= table.c.answer == ""  # an answer that was given stays
    values = {"answer": answer.verdict.value, "updated_at": now}
    connection.execute(table.update().where(there).values(values))
    if answer.verdict is Verdict.GONE:
        return
    append(
        connection,
        Entry(
            key=f"protection/{request.place}/{asked.at:%Y%m%dT%H%M%S}/{answer.verdict}",
            repository_id=request.repository.id,
            kind=Kind.DECISION,
            at=now,
            actor=BOT,
            actor_id=0,
            what=f"protection {answer.verdict}",
            subject=f"{request.environment} run {request.workflow_run_id}",
            result=answer.verdict.value,
            detail={"text": answer.text},
        ),
    )


def _place(request: ProtectionRequest) -> Any:
    return (
        (table.c.repository_id == request.repository.id)
        & (table.c.workflow_run_id == request.workflow_run_id)
        & (table.c.environment == request.environment.casefold())
    )
