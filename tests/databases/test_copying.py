"""What a bot knows moves from one database to another, whole and once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.audit.store import journal
from bot.databases.carrying import NotCarriedError, Pair
from bot.databases.copying import copy_database, reopen
from bot.databases.places import Place
from bot.engine.model import Signal, Start
from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.inbox import Delivery
from bot.storage.inbox_choice import inbox_at
from bot.storage.tables import effects
from tests.support.records import entry
from tests.support.stories import Effects, Task, engine_for
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from bot.databases.copying import Copied

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.postgres

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
PLACES = 1205  # more than one batch of rows


def clock() -> datetime:
    return NOW


async def copied(source: str, target: str) -> Copied:
    return await copy_database(source, target, clock=clock, say=lambda _: None)


def opened(url: str) -> None:
    """Start on a database as a worker does."""
    database = Database(url)
    try:
        database.open()
    finally:
        database.close()


async def lived_in(url: str, done: Effects) -> None:
    """Let a bot have worked there: rows, a journal, deliveries, a run that waits for a person and one that ended."""
    database = Database(url)
    database.open()
    rows = [
        {"key": f"k{n}", "result": None if n % 2 else '"é\\u0001"', "created_at": NOW} for n in range(PLACES)
    ]
    await database.write(lambda connection: connection.execute(effects.insert(), rows))
    for number in range(3):
        await journal(database, replace(entry(), key=f"e{number}"))
    database.close()
    inbox = inbox_at(url, clock=clock)
    inbox.open()
    for number in range(3):
        await inbox.put(
            Delivery(
                guid=f"g{number}", event="push", action="", installation_id=5, body=b"\x00{}\xff" * number
            )
        )
    inbox.close()
    async with engine_for(url, done) as engine:
        await engine.submit(
            [
                Start(flow="approval", run_id="waits", request=Task(number=1), partition="p"),
                Start(flow="steps", run_id="ended", request=Task(number=2), partition="q"),
            ]
        )
        await until(partial(done.has, 4))


async def test_everything_moves_to_postgres_and_a_waiting_run_goes_on_there(
    postgres_url: str, tmp_path: Path
) -> None:
    """The run that waits for an approval hears it in its new place, and repeats nothing that it did in the old one."""
    done = Effects(tmp_path / "done")
    source = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    await lived_in(source, done)
    told = await copied(source, postgres_url)
    assert told.rows["own/effects"] == PLACES
    assert told.rows["inbox/deliveries"] == 3
    assert told.chains == 1

    inbox = inbox_at(postgres_url, clock=clock)
    inbox.open()
    waiting = await inbox.take(lambda _: 10, 10)
    assert [(each.guid, each.body) for each in waiting] == [(f"g{n}", b"\x00{}\xff" * n) for n in range(3)]
    await inbox.put(Delivery(guid="later", event="push", action="", installation_id=5, body=b"{}"))
    assert [each.guid for each in await inbox.take(lambda _: 10, 10)][-1] == "later"
    inbox.close()
    async with engine_for(postgres_url, done) as engine:
        assert await engine.state_of("ended") == "done"
        await engine.submit([Signal(run_id="waits", topic="approval", message="ann", key="k")])
        await until(partial(done.has, 5))
    assert [line[0] for line in done.lines()].count("ask") == 1
    assert ["apply", "waits", "ann/1"] in done.lines()
    with pytest.raises(DatabaseUnusableError, match="two bots would do everything twice"):
        opened(source)
    reopen(source)
    opened(source)


async def test_a_copy_there_and_back_is_the_same_to_the_byte(postgres_url: str, tmp_path: Path) -> None:
    first, second = (f"sqlite:///{tmp_path / name / 'pilothouse.db'}" for name in ("a", "b"))
    (tmp_path / "a").mkdir()
    await lived_in(first, Effects(tmp_path / "done"))
    with closing(sqlite3.connect(tmp_path / "a" / "pilothouse-engine.db")) as connection:
        # the engine library writes a JSON null where nothing is, which means the same as none
        connection.execute("update workflow_status set attributes = null")
        connection.commit()
    await copied(first, postgres_url)
    await copied(postgres_url, second)
    with Place(first) as here, Place(second) as there:
        pairs = {str(item): item for item in there.items()}
        for item in here.items():
            pair = Pair(item, pairs[str(item)])
            assert pair.expected(here.engines[item.store]) == pair.found(there.engines[item.store]), str(item)


async def test_an_interrupted_copy_goes_on_and_nobody_starts_on_its_half(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    await lived_in(source, Effects(tmp_path / "done"))
    carry, carried = Pair.carry, []

    def die_half_way(pair: Pair, *engines: sa.Engine, origin: str) -> int:
        if str(pair.target) == "engine/operation_outputs":
            raise KeyboardInterrupt
        carried.append(str(pair.target))
        return carry(pair, *engines, origin=origin)

    monkeypatch.setattr(Pair, "carry", die_half_way)
    with pytest.raises(KeyboardInterrupt):
        await copied(source, postgres_url)
    assert "own/effects" in carried
    with pytest.raises(DatabaseUnusableError, match="unfinished"):
        opened(postgres_url)
    monkeypatch.setattr(Pair, "carry", carry)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    await lived_in(other, Effects(tmp_path / "others"))
    with pytest.raises(NotCarriedError, match="unfinished copy of"):
        await copied(other, postgres_url)
    assert (await copied(source, postgres_url)).rows["own/effects"] == PLACES


async def test_a_source_in_use_and_a_target_in_use_are_refused(postgres_url: str, tmp_path: Path) -> None:
    source = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    await lived_in(source, Effects(tmp_path / "done"))
    for name in ("pilothouse.db", "pilothouse-engine.db", "pilothouse-inbox.db"):
        with closing(sqlite3.connect(tmp_path / name)) as reader:
            reader.execute("select count(*) from sqlite_master").fetchone()
            with pytest.raises(NotCarriedError, match="in use by another process"):
                await copied(source, postgres_url)
    other = await psycopg.AsyncConnection.connect(postgres_url, application_name="a worker")
    with pytest.raises(NotCarriedError, match="1 of a worker"):
        await copied(source, postgres_url)
    await other.close()
    await copied(source, postgres_url)
    reopen(source)
    with pytest.raises(NotCarriedError, match="is not empty"):
        await copied(source, postgres_url)


async def test_a_process_that_only_waits_for_deliveries_is_in_the_way(tmp_path: Path) -> None:
    """A web process alone, to which nothing has come yet: what came later would be taken in by the old place."""
    source = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    await lived_in(source, Effects(tmp_path / "done"))
    waiting = inbox_at(source, clock=clock)
    waiting.open()
    with pytest.raises(NotCarriedError, match=r"inbox\.db is in use by another process"):
        reopen(source)
    waiting.close()
    with pytest.raises(NotCarriedError, match="was not copied elsewhere"):
        reopen(source)


async def test_a_row_that_does_not_fit_and_a_place_that_is_not_there_are_named(
    postgres_url: str, tmp_path: Path
) -> None:
    source = f"sqlite:///{tmp_path / 'pilothouse.db'}"
    with pytest.raises(NotCarriedError, match="There is no database at"):
        await copied(source, postgres_url)
    await lived_in(source, Effects(tmp_path / "done"))
    with closing(sqlite3.connect(tmp_path / "pilothouse.db")) as connection:
        connection.execute("update effects set key = ? where key = 'k1'", ["k" * 300])
        connection.commit()
    with pytest.raises(NotCarriedError, match="own/effects: value too long"):
        await copied(source, postgres_url)
    with pytest.raises(NotCarriedError, match="was not copied elsewhere"):
        reopen(source)
