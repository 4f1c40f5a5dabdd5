"""The rows of decisions: what was concluded and from which facts, as bytes, so that it can be concluded again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.audit.canonical import canonical
from bot.audit.model import Entry, Kind
from bot.audit.store import BOT, append, entry_of, take_turn
from bot.decisions.model import Decision, RecordedDecision
from bot.decisions.replay import seals
from bot.forms import decode
from bot.storage.trust_tables import decisions, journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row

    from bot.github.models import RepositoryRef
    from bot.storage.database import Database

_DIGITS = 12
_LONGEST = 255  # what the column takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a decision was about, and when it was made."""

    repository: RepositoryRef
    number: int | None  # of the pull request
    environment: str
    at: datetime


def decision_id(key: str) -> str:
    """This function will make the id of the decision with this key: 12 hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]


async def record(
    database: Database, decision: Decision, *, facts: tuple[object, ...], where: Where, key: str
) -> str:
    """This function will store the decision with its facts, note it in the journal and return its id.

    The same conclusion under the same key is stored once, with the facts of the first time; another conclusion takes
    its place, and the journal has both.

    Args:
        database: where it is stored.
        decision: what was concluded.
        facts: all that the deciding function was given, in the order of its parameters; no secrets.
        where: what it was about.
        key: tells this decision from every other one.
    """
    row = RecordedDecision(
        id=decision_id(key),
        kind=decision.kind,
        repository_id=where.repository.id,
        repository=where.repository.full_name,
        number=where.number,
        environment=where.environment[:_LONGEST],  # a refusal may be about a name that somebody made up
        decided_at=where.at,
        facts=canonical(facts),
        decision=canonical(decision),
    )
    await database.write(lambda connection: _save(connection, row, decision))
    return row.id


def recorded(connection: Connection, identifier: str) -> RecordedDecision | None:
    """This function will return the decision of this id, whose repository the caller compares with their own."""
    row = connection.execute(select(decisions).where(decisions.c.id == identifier.lower())).first()
    return _recorded(row) if row is not None else None


def newest(
    connection: Connection, repository_id: int, *, kind: str, environment: str, number: int | None
) -> RecordedDecision | None:
    """This function will return the newest decision about a pull request; "" is any kind, any environment.

    Without a number it is about the repository itself.
    """
    query = select(decisions).where(decisions.c.repository_id == repository_id, decisions.c.number == number)
    if kind:
        query = query.where(decisions.c.kind == kind)
    if environment:
        query = query.where(func.lower(decisions.c.environment) == environment.lower())
    row = connection.execute(query.order_by(decisions.c.decided_at.desc()).limit(1)).first()
    return _recorded(row) if row is not None else None


def since(
    connection: Connection, repository_id: int, moment: datetime, *, most: int
) -> tuple[RecordedDecision, ...]:
    """This function will return the repository's decisions since the moment, the newest first."""
    query = select(decisions).where(
        decisions.c.repository_id == repository_id, decisions.c.decided_at >= moment
    )
    rows = connection.execute(query.order_by(decisions.c.decided_at.desc(), decisions.c.id).limit(most))
    return tuple(_recorded(row) for row in rows)


def concluded(row: RecordedDecision) -> Decision:
    """This function will read what was concluded."""
    return decode(row.decision, Decision)


def journal_key(row: RecordedDecision) -> str:
    """This function will return the key under which the journal has this very decision."""
    return f"decision/{row.id}/{seals(row)['decision'][:_DIGITS]}"


def seal_of(connection: Connection, row: RecordedDecision) -> int | None:
    """This function will return the number of the journal's entry that has these very bytes, if there is one."""
    linked = entry_of(connection, row.repository_id, journal_key(row))
    return linked.sequence if linked is not None and linked.entry.detail == seals(row) else None


def changed_decisions(connection: Connection) -> Iterator[str]:
    """This function will yield the ids of the decisions whose rows were changed or taken away behind our back.

    Rows grow old and are forgotten from the oldest on, so one that is younger than another must be there.
    """
    rows = connection.execute(select(decisions.c.id, decisions.c.decided_at).order_by(decisions.c.id)).all()
    for identifier, _ in rows:
        row = recorded(connection, identifier)
        if row is not None and seal_of(connection, row) is None:
            yield identifier
    oldest = min((decided_at for _, decided_at in rows), default=None)
    if oldest is not None:
        yield from sorted(_noted_since(connection, oldest) - {identifier for identifier, _ in rows})


def _noted_since(connection: Connection, moment: datetime) -> set[str]:
    query = select(journal.c.evidence).where(journal.c.kind == Kind.DECISION.value, journal.c.at >= moment)
    return set(connection.scalars(query))


def _save(connection: Connection, row: RecordedDecision, decision: Decision) -> None:
    take_turn(connection, row.repository_id)
    here = decisions.c.id == row.id
    before = connection.execute(select(decisions.c.decision).where(here)).first()
    if before is not None and before.decision == row.decision:
        return
    values = {name: getattr(row, name) for name in row.__slots__}
    change = decisions.insert() if before is None else decisions.update().where(here)
    connection.execute(change.values(values))
    append(connection, _entry(row, decision))


def _entry(row: RecordedDecision, decision: Decision) -> Entry:
    """What the journal keeps, so that a row that was changed afterwards is noticed."""
    place = " ".join(part for part in (f"#{row.number}" if row.number else "", row.environment) if part)
    return Entry(
        key=journal_key(row),
        repository_id=row.repository_id,
        kind=Kind.DECISION,
        at=row.decided_at,
        actor=BOT,
        actor_id=0,
        what=f"{decision.kind} decided: {decision.outcome}",
        subject=place,
        result=decision.reason,
        evidence=row.id,
        detail=seals(row),
    )


def _recorded(row: Row[Any]) -> RecordedDecision:
    return RecordedDecision(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
