"""The rows of reports: which issue tells of a month, which comment of a day or a week, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.storage.cost_tables import cost_reports, cost_settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A part of the report as it was written last."""

    period: str  # 2026-11, 2026-11-23, 2026-W48
    issue_number: int
    comment_id: int | None  # None for the month
    digest: str  # of its text
    written_at: datetime


def month_of(day: date) -> str:
    """This function will name the month of a day as a period: 2026-11."""
    return f"{day:%Y-%m}"


def written(connection: Connection, repository_id: int) -> dict[str, Written]:
    """This function will return all that is written of a repository's costs, by the period it tells of."""
    query = select(cost_reports).where(cost_reports.c.repository_id == repository_id)
    rows = connection.execute(query.order_by(cost_reports.c.period)).all()
    return {
        row.period: Written(
            period=row.period,
            issue_number=row.issue_number,
            comment_id=row.comment_id,
            digest=row.digest,
            written_at=row.written_at,
        )
        for row in rows
    }


def save_written(connection: Connection, repository_id: int, part: Written) -> None:
    """This function will store what is written of a period now."""
    key = (cost_reports.c.repository_id == repository_id) & (cost_reports.c.period == part.period)
    values = {
        "issue_number": part.issue_number,
        "comment_id": part.comment_id,
        "digest": part.digest,
        "written_at": part.written_at,
    }
    if connection.execute(cost_reports.update().where(key).values(values)).rowcount == 0:
        row = values | {"repository_id": repository_id, "period": part.period}
        connection.execute(cost_reports.insert().values(row))


def newly_settled(connection: Connection, repository_id: int, days: Sequence[date]) -> dict[date, datetime]:
    """This function will say when each of these days was last told of by Cost Explorer."""
    c = cost_settled.c
    query = select(c.day, func.max(c.fetched_at).label("at")).where(
        c.repository_id == repository_id, c.day.in_([day.isoformat() for day in days])
    )
    return {date.fromisoformat(row.day): row.at for row in connection.execute(query.group_by(c.day))}
