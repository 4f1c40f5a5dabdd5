"""The rows of changes to budgets: asked for, made by two people, ended by time; each noted in the journal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

from sqlalchemy import func, select

from bot.audit.model import Entry, Kind
from bot.audit.store import BOT, append
from bot.budget.model import Mode
from bot.budget.money import dollars
from bot.costs.changes import Change, ChangeKind, ChangeState, base_of
from bot.github.models import Actor
from bot.storage.cost_tables import budget_changes, budgets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.costs.standing import Budget


def waiting_changes(connection: Connection, repository_id: int, *, now: datetime) -> tuple[Change, ...]:
    """This function will return what still waits for a second person, the newest first."""
    rows = connection.execute(
        select(budget_changes)
        .where(
            budget_changes.c.repository_id == repository_id,
            budget_changes.c.state == ChangeState.WAITING.value,
        )
        .order_by(budget_changes.c.asked_at.desc(), budget_changes.c.id)
    )
    return tuple(change for change in map(_change, rows) if change.is_waiting_at(now))


def change_by_id(connection: Connection, repository_id: int, identifier: str) -> Change | None:
    """This function will return the repository's change with this id."""
    row = connection.execute(
        select(budget_changes).where(
            budget_changes.c.repository_id == repository_id, budget_changes.c.id == identifier
        )
    ).first()
    return None if row is None else _change(row)


def add_change(connection: Connection, change: Change) -> None:
    """This function will store a change that waits for a second person, once, and note it."""
    if change_by_id(connection, change.repository_id, change.id) is None:
        connection.execute(budget_changes.insert().values(_values(change)))
        append(connection, _entry(change, "asked", change.asked_at))


def made_at(connection: Connection, repository_id: int, *, at: datetime, person: Actor) -> Change | None:
    """This function will return the change that the person's word made at the very time, if it made one."""
    query = select(budget_changes).where(
        budget_changes.c.repository_id == repository_id,
        budget_changes.c.state == ChangeState.MADE.value,
        budget_changes.c.ended_at == at,
        func.coalesce(budget_changes.c.second_id, budget_changes.c.person_id) == person.id,
    )
    row = connection.execute(query).first()
    return None if row is None else _change(row)


def make_change(connection: Connection, change: Change, *, budget: Budget, at: datetime) -> None:
    """This function will make the change: the budget is another one from now on, as the journal says."""
    place = budgets.c.repository_id == change.repository_id
    connection.execute(budgets.update().where(place).values({**_effect(change, budget), "updated_at": at}))
    _end(connection, change, ChangeState.MADE, at)
    append(connection, _entry(change, "made", at))


def end_extension(connection: Connection, repository_id: int, *, now: datetime) -> None:
    """This function will take an extension back whose time is over."""
    place = (budgets.c.repository_id == repository_id) & (budgets.c.extended_until <= now)
    over = {"extended_to": None, "extended_until": None}
    if connection.execute(budgets.update().where(place).values(over)).rowcount == 0:
        return
    rows = connection.execute(
        select(budget_changes).where(
            budget_changes.c.repository_id == repository_id,
            budget_changes.c.kind == ChangeKind.EXTEND.value,
            budget_changes.c.state == ChangeState.MADE.value,
        )
    ).all()
    for change in map(_change, rows):
        _end(connection, change, ChangeState.ENDED, now)
        append(connection, _entry(change, "ended", now))


def _effect(change: Change, budget: Budget) -> dict[str, Any]:
    match change.kind:
        case ChangeKind.SET:  # to what the file says: then the file holds again
            return {"set_to": None if change.amount == budget.config.daily else change.amount}
        case ChangeKind.EXTEND:
            by = change.amount or Decimal(0)
            return {"extended_to": base_of(budget) + by, "extended_until": change.until}
        case ChangeKind.ENFORCE:
            return {"mode": Mode.ENFORCE.value}
        case ChangeKind.DRY_RUN:
            return {"mode": Mode.DRY_RUN.value}
        case _:
            assert_never(change.kind)


def _end(connection: Connection, change: Change, state: ChangeState, at: datetime) -> None:
    mine = budget_changes.c.id == change.id
    second = change.second
    values = {
        "state": state.value,
        "ended_at": at,
        "second": second.login if second is not None else "",
        "second_id": second.id if second is not None else None,
    }
    if connection.execute(budget_changes.update().where(mine).values(values)).rowcount == 0:
        connection.execute(budget_changes.insert().values({**_values(change), **values}))


def _entry(change: Change, what: str, at: datetime) -> Entry:
    """Asked by the first person, made by the second, ended by the clock."""
    actor = change.second if what == "made" and change.second is not None else change.person
    amount = dollars(change.amount) if change.amount is not None else ""
    until = f"{change.until:%Y-%m-%d %H:%M} UTC" if change.until is not None else ""
    return Entry(
        key=f"budget/{change.id}/{what}",
        repository_id=change.repository_id,
        kind=Kind.APPROVAL,
        at=at,
        actor=BOT if what == "ended" else actor.login,
        actor_id=0 if what == "ended" else actor.id,
        what=f"budget {change.kind} {what}",
        subject=" ".join(part for part in (f"#{change.number}", amount, until) if part),
        result=what,
        detail={"change": change.id, "asked by": change.person.login, "why": change.reason},
    )


def _values(change: Change) -> dict[str, Any]:
    values = {name: getattr(change, name) for name in change.__slots__ if name not in {"person", "second"}}
    second = change.second
    return values | {
        "kind": change.kind.value,
        "state": change.state.value,
        "person": change.person.login,
        "person_id": change.person.id,
        "second": second.login if second is not None else "",
        "second_id": second.id if second is not None else None,
    }


def _change(row: Row[Any]) -> Change:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    person = Actor(id=values.pop("person_id"), login=values.pop("person"))
    second_id, second = values.pop("second_id"), values.pop("second")
    return Change(
        **values
        | {
            "kind": ChangeKind(row.kind),
            "state": ChangeState(row.state),
            "person": person,
            "second": Actor(id=second_id, login=second) if second_id is not None else None,
        }
    )
