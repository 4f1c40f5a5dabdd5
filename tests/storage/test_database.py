from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.tables import watermarks
from bot.storage.web_tables import metadata

if TYPE_CHECKING:
    from pathlib import Path


def test_the_migrations_make_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    # In a folder that is not there yet: elsewhere tests begin with a copy of tables that stand.
    database = Database(f"sqlite:///{tmp_path / 'new' / 'pilothouse.db'}")
    database.open()
    with sqlalchemy.create_engine(database.url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "pilothouse_version"})
        assert compare_metadata(context, metadata) == []
    database.open()  # a second start finds nothing to do
    database.close()


async def test_times_come_back_in_utc(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'pilothouse.db'}")
    database.open()
    there = datetime(2026, 11, 22, 14, tzinfo=timezone(timedelta(hours=2)))
    await database.write(lambda c: c.execute(watermarks.insert().values(name="a", at=there)))
    back = await database.read(lambda c: c.execute(sqlalchemy.select(watermarks.c.at)).scalar())
    assert back == there
    assert back.tzinfo == UTC
    database.close()


async def test_a_failed_change_leaves_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'pilothouse.db'}")
    database.open()

    def change(connection: sqlalchemy.Connection) -> None:
        connection.execute(watermarks.insert().values(name="a", at=datetime.now(UTC)))
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(change)
    assert await database.read(lambda c: c.execute(sqlalchemy.select(watermarks)).all()) == []
    database.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    database = Database(f"sqlite:///{blocked / 'pilothouse.db'}")
    with pytest.raises(DatabaseUnusableError, match=r"PILOTHOUSE_DATABASE_URL"):
        database.open()
    database.close()


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    database = Database("postgresql://bot:hunter2@127.0.0.1:1/bot")
    with pytest.raises(DatabaseUnusableError) as caught:
        database.open()
    assert "127.0.0.1" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    database.close()
