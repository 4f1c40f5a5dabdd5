"""Tables change so that the version before goes on with them: an upgrade needs no pause."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import bot.storage.migrations.versions
from bot.storage.database import HEAD, Database

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = Path(bot.storage.migrations.versions.__file__).parent
# From here on, a version and the one before it run side by side on one database.
FIRST = "0008"
ADDING = {"create_table", "create_index", "add_column", "batch_alter_table", "f"}


def upgrades() -> list[Path]:
    return [path for path in sorted(VERSIONS.glob("[0-9]*.py")) if path.name >= FIRST]


def calls(path: Path) -> Iterator[ast.Call]:
    (upgrade,) = (
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    for node in ast.walk(upgrade):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def written(call: ast.Call) -> str:
    return ast.unparse(call)


@pytest.mark.parametrize("path", upgrades(), ids=lambda path: path.stem[:4])
def test_an_upgrade_only_adds(path: Path) -> None:
    """A column that old code does not know is empty or has a default; nothing it knows goes away or changes."""
    for call in calls(path):
        assert isinstance(call.func, ast.Attribute)
        assert isinstance(call.func.value, ast.Name)
        if call.func.value.id in {"op", "batch_op"}:
            assert call.func.attr in ADDING, f"{path.name}: {call.func.attr} is not for a rolling upgrade"
        if call.func.attr == "add_column":
            assert "nullable=True" in written(call) or "server_default" in written(call), written(call)


def at_revision(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "bot:storage/migrations")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def sample(column: sa.Column[Any]) -> object:
    if isinstance(column.type, sa.DateTime):
        return datetime(2026, 1, 1, tzinfo=UTC)
    kind = column.type.python_type
    return {int: 1, float: 1.0, bool: False, bytes: b"x"}.get(kind, "x")


def test_the_version_before_writes_into_the_new_tables(tmp_path: Path) -> None:
    """Each row that its tables could take is still taken."""
    url = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    before = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))[-2]
    at_revision(url, before)
    engine = sa.create_engine(url)
    old = sa.MetaData()
    old.reflect(engine)
    database = Database(url)
    database.open()
    database.close()
    with engine.begin() as connection:
        assert connection.execute(sa.text("select version_num from pilothouse_version")).scalar() == HEAD
        for table in old.sorted_tables:
            if table.name != "pilothouse_version":
                row = {column.name: sample(column) for column in table.c if not column.nullable}
                connection.execute(sa.insert(table).values(row))
    engine.dispose()


async def test_a_worker_of_the_version_before_starts_on_newer_tables(tmp_path: Path) -> None:
    """While workers are replaced one by one, an old one may be started once more."""
    url = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    at_revision(url, HEAD)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("update pilothouse_version set version_num = '9999'"))
    engine.dispose()
    database = Database(url)
    database.open()
    assert await database.read(lambda connection: connection.execute(sa.text("select 1")).scalar()) == 1
    database.close()
