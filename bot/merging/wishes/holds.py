"""The rows of holds: a person's word that a pull request is not to be merged, whoever wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.github.models import Actor
from bot.merging.model import Hold
from bot.storage.shipping_tables import merge_holds

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Row


def hold_of(connection: Connection, repository_id: int, number: int) -> Hold | None:
    """This function will return the hold on a pull request, if there is one."""
    return holds_of(connection, repository_id, (number,)).get(number)


def holds_of(connection: Connection, repository_id: int, numbers: Collection[int]) -> dict[int, Hold]:
    """This function will return the holds on these pull requests, by number."""
    query = select(merge_holds).where(
        merge_holds.c.repository_id == repository_id, merge_holds.c.number.in_(numbers)
    )
    return {row.number: _hold(row) for row in connection.execute(query)}


def place_hold(connection: Connection, repository_id: int, hold: Hold) -> None:
    """This function will hold a pull request back; a newer word takes the place of an older one."""
    drop_hold(connection, repository_id, hold.number)
    connection.execute(
        merge_holds.insert().values(
            repository_id=repository_id,
            number=hold.number,
            person=hold.person.login,
            person_id=hold.person.id,
            reason=hold.reason,
            held_at=hold.held_at,
        )
    )


def drop_hold(connection: Connection, repository_id: int, number: int) -> Hold | None:
    """This function will let a pull request go, and return the hold that was on it."""
    before = hold_of(connection, repository_id, number)
    connection.execute(
        merge_holds.delete().where(
            merge_holds.c.repository_id == repository_id, merge_holds.c.number == number
        )
    )
    return before


def _hold(row: Row[Any]) -> Hold:
    return Hold(
        number=row.number,
        person=Actor(id=row.person_id, login=row.person),
        reason=row.reason,
        held_at=row.held_at,
    )
