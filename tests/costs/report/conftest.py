"""A month of the reference pipeline as facts of the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from bot.costs.report.gathering import day_facts, month_facts, week_facts, with_written
from bot.costs.store.reports import Written
from bot.storage.database import Database
from tests.support.cost_report import NOW, save_month
from tests.support.diagnosis import REPOSITORY

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.costs.report.model import DayFacts, MonthFacts, WeekFacts


@dataclass(frozen=True, slots=True)
class Month:
    """The facts of November 2026, as they stand on its 23rd."""

    today: DayFacts
    saturday: DayFacts  # settled, the 21st
    yesterday: DayFacts
    month: MonthFacts
    over: MonthFacts  # as it stands on the first of December
    week: WeekFacts


@pytest.fixture(scope="session")
def november(tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The facts, read from rows once."""
    return _read(tmp_path_factory.mktemp("november"))


def _read(folder: Path) -> Month:
    database = Database(f"sqlite:///{folder / 'costs.db'}")
    database.open()
    try:
        with database._engine.begin() as connection:  # noqa: SLF001 - without an event loop
            return _facts(connection)
    finally:
        database.close()


def _facts(connection: Connection) -> Month:
    reading = save_month(connection, REPOSITORY)
    today = NOW.date()

    def day(number: int) -> DayFacts:
        found = day_facts(connection, REPOSITORY.id, today.replace(day=number), now=NOW)
        assert found is not None
        return found

    def month(asked: date) -> MonthFacts:
        return month_facts(
            connection,
            REPOSITORY.id,
            today.replace(day=1),
            today=asked,
            reconciliation=reading.reconciliation,
        )

    known = {
        period: Written(period=period, issue_number=number, comment_id=comment, digest="", written_at=NOW)
        for period, number, comment in (
            ("2026-10", 2, None),
            ("2026-11", 7, None),
            ("2026-11-21", 7, 1021),
            ("2026-10-31", 2, 1000),
        )
    }
    url = "https://bot.example.org/ci/42/costs/token/today"
    return Month(
        today=replace(day(23), url=url),
        saturday=day(21),
        yesterday=day(22),
        month=replace(with_written(month(today), known), url=url),
        over=with_written(month(today.replace(month=12, day=1)), {}),
        week=replace(week_facts(connection, REPOSITORY.id, today.replace(day=16)), url=url),
    )
