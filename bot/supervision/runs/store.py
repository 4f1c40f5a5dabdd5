"""The rows of workflow runs that hang."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from bot.storage.supervision_tables import hung_runs
from bot.supervision.runs.model import HungRun, RunKind, RunState
from bot.supervision.runs.states import MENDING, may_move

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row


def hung_runs_of(connection: Connection, repository_id: int, *, since: datetime) -> tuple[HungRun, ...]:
    """This function will return the rows that were written since the moment, the newest found first."""
    query = (
        select(hung_runs)
        .where(hung_runs.c.repository_id == repository_id, hung_runs.c.updated_at >= since)
        .order_by(hung_runs.c.found_at.desc(), hung_runs.c.run_id.desc(), hung_runs.c.attempt.desc())
    )
    return tuple(_hung(row) for row in connection.execute(query))


def hung_run_of(connection: Connection, repository_id: int, run_id: int, attempt: int) -> HungRun | None:
    """This function will return the row of one attempt, if it was ever seen to hang."""
    row = connection.execute(select(hung_runs).where(*_place(repository_id, run_id, attempt))).first()
    return None if row is None else _hung(row)


def save_hung_run(connection: Connection, row: HungRun) -> HungRun:
    """This function will store how a run stands, unless that is no legal move, and return how it stands then."""
    before = hung_run_of(connection, row.repository_id, row.run_id, row.attempt)
    if before is None:
        connection.execute(hung_runs.insert().values(_values(row)))
        return row
    if not may_move(before.state, row.state):
        return before
    place = _place(row.repository_id, row.run_id, row.attempt)
    connection.execute(hung_runs.update().where(*place).values(_values(row)))
    return row


def begun_again_before(connection: Connection, row: HungRun, since: datetime) -> int:
    """This function will count the runs begun again since the moment, or about to be because it was decided before.

    Of those that were decided at the same moment the one with the lower id was decided before.
    """
    at = row.acted_at or row.found_at
    is_before = or_(
        hung_runs.c.acted_at < at, and_(hung_runs.c.acted_at == at, hung_runs.c.run_id < row.run_id)
    )
    counts = or_(
        hung_runs.c.state == RunState.AGAIN.value,
        and_(hung_runs.c.state.in_([state.value for state in MENDING]), is_before),
    )
    query = (
        select(func.count())
        .select_from(hung_runs)
        .where(hung_runs.c.repository_id == row.repository_id, hung_runs.c.acted_at >= since, counts)
    )
    return int(connection.execute(query).scalar_one())


def times_begun_again(connection: Connection, repository_id: int, run_id: int) -> int:
    """This function will count how often one run was begun again because it hung."""
    query = (
        select(func.count())
        .select_from(hung_runs)
        .where(
            hung_runs.c.repository_id == repository_id,
            hung_runs.c.run_id == run_id,
            hung_runs.c.state == RunState.AGAIN.value,
        )
    )
    return int(connection.execute(query).scalar_one())


def _place(repository_id: int, run_id: int, attempt: int) -> tuple[Any, ...]:
    return (
        hung_runs.c.repository_id == repository_id,
        hung_runs.c.run_id == run_id,
        hung_runs.c.attempt == attempt,
    )


def _values(row: HungRun) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in row.__slots__}
    return found | {"state": row.state.value, "kind": row.kind.value}


def _hung(row: Row[Any]) -> HungRun:
    found = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    return HungRun(**found | {"state": RunState(row.state), "kind": RunKind(row.kind)})
