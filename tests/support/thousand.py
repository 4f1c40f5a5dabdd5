"""The tables of a bot that serves a thousand repositories of fifty installations, made once for a test process."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from bot.storage.database import Database
from tests.support.agent_pages import save_agents
from tests.support.cost_pages import save_costs
from tests.support.dashboard import know
from tests.support.diagnosis import NOON
from tests.support.history import save_weeks
from tests.support.merge_pages import save_merges
from tests.support.release_pages import save_release
from tests.support.thousand_rows import rows_of
from tests.support.trust_pages import save_deployment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table

REPOSITORIES = 1_000


async def save_thousand(database: Database, now: datetime = NOON) -> None:
    """This function will store a thousand repositories, and one in which everything is to be seen."""
    await know(database, at=now)
    await save_weeks(database, now)
    await save_deployment(database, now)
    await save_merges(database, now)
    await save_release(database, now)
    await save_costs(database, now)
    await save_agents(database, now)
    await database.write(lambda connection: _save(connection, now))


@pytest.fixture(scope="session")
def thousand_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the fixture below copies."""
    file = tmp_path_factory.mktemp("thousand") / "bot.db"
    database = Database(f"sqlite:///{file}")
    database.open()
    asyncio.run(save_thousand(database))
    database.close()
    return file


@pytest.fixture
def thousand(thousand_file: Path, tmp_path: Path) -> Iterator[Database]:
    """The tables of a thousand repositories; what a test does to them no other test sees."""
    file = tmp_path / "bot.db"
    shutil.copy(thousand_file, file)
    database = Database(f"sqlite:///{file}")
    database.open()
    yield database
    database.close()


def _save(connection: Connection, now: datetime) -> None:
    made: dict[Table, list[Mapping[str, Any]]] = {}
    for number in range(REPOSITORIES):
        for table, row in rows_of(number, now):
            made.setdefault(table, []).append(row)
    for table, rows in made.items():
        connection.execute(table.insert(), rows)
