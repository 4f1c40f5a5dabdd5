"""The journal's rows: written once each, chained whichever process writes, without secrets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.audit.chain import follow
from bot.audit.effects import entry_of as entry_of_effect
from bot.audit.effects import note_effect
from bot.audit.store import all_entries, append, entry_of, head, journal, newest_entries
from bot.storage.database import Database
from bot.storage.effects import Effects
from bot.storage.trust_tables import journal as table
from tests.support.records import AT, entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]
WRITERS, EACH = 4, 12


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'pilothouse.db'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    opened.open()
    yield opened
    opened.close()


async def test_the_same_key_is_written_once_as_at_first(database: Database) -> None:
    first = await database.write(lambda connection: append(connection, entry()))
    again = await database.write(lambda connection: append(connection, replace(entry(), actor="eve")))
    assert again == first
    assert await database.read(lambda connection: list(all_entries(connection))) == [first]


async def test_a_transaction_that_fails_leaves_no_entry(database: Database) -> None:
    def fail(connection: object) -> None:
        append(connection, entry())  # type: ignore[arg-type] # the test's function takes what comes
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await database.write(fail)
    assert await database.read(lambda connection: head(connection, 22).sequence) == 0


async def test_entries_are_found_again(database: Database) -> None:
    for number in (1, 2, 3):
        await journal(database, entry(number))
    await journal(database, entry(1, repository_id=23))
    newest = await database.read(lambda connection: newest_entries(connection, 22, most=2))
    assert [linked.entry.subject for linked in newest] == ["#3 /ping", "#2 /ping"]
    found = await database.read(lambda connection: entry_of(connection, 22, "command/2"))
    assert found == newest[1]
    assert await database.read(lambda connection: entry_of(connection, 22, "command/9")) is None
    one = await database.read(lambda connection: list(all_entries(connection, 23)))
    assert [linked.sequence for linked in one] == [1]


async def test_no_secret_and_no_overlong_text_is_kept(database: Database) -> None:
    token = f"ghs_{'a1B2' * 9}"
    said = replace(
        entry(), key="k" * 300, subject=f"/deploy --param key={token}\x00", detail={"x": token * 200}
    )
    linked = await database.write(lambda connection: append(connection, said))
    assert len(linked.entry.key) == 64
    assert "ghs_" not in linked.entry.subject + linked.entry.detail["x"]
    assert "\x00" not in linked.entry.subject
    assert await database.write(lambda connection: append(connection, said)) == linked


async def test_a_row_that_is_changed_behind_our_back_is_found(database: Database) -> None:
    for number in (1, 2, 3):
        await journal(database, entry(number))
    change = table.update().where(table.c.sequence == 2).values(actor="eve")
    await database.write(lambda connection: connection.execute(change))
    (checked,) = await database.read(lambda connection: follow(all_entries(connection)))
    assert checked.broken is not None
    assert checked.broken.sequence == 2


async def contend(url: str) -> None:
    """Several processes' worth of writers append to one chain at the same time, and none breaks it."""
    databases = [Database(url) for _ in range(WRITERS)]
    databases[0].open()
    try:
        await asyncio.gather(
            *(
                journal(database, entry(1000 * writer + number))
                for writer, database in enumerate(databases)
                for number in range(EACH)
            )
        )
        (checked,) = await databases[0].read(lambda connection: follow(all_entries(connection)))
    finally:
        for database in databases:
            database.close()
    assert checked.broken is None
    assert checked.head.sequence == WRITERS * EACH


async def test_writers_on_one_file_make_one_chain(url: str) -> None:
    await contend(url)


@pytest.mark.postgres
async def test_writers_on_postgresql_make_one_chain(postgres_url: str) -> None:
    await contend(postgres_url)


@pytest.mark.postgres
async def test_postgresql_gives_back_what_was_hashed(postgres_url: str) -> None:
    """Its times come back in the zone of the session."""
    database = Database(postgres_url)
    database.open()
    try:
        odd = replace(entry(), at=datetime(2026, 3, 29, 1, 59, 59, 123456, tzinfo=UTC), subject="ü | 🚢")
        await journal(database, odd)
        (checked,) = await database.read(lambda connection: follow(all_entries(connection)))
    finally:
        database.close()
    assert checked.broken is None


async def test_an_effect_is_noted_once_with_its_answer(database: Database) -> None:
    effects = Effects(database, lambda: AT, note=note_effect)

    async def act() -> int:
        return 4711

    async def look() -> int | None:
        return None

    for _ in range(2):
        assert await effects.once("dispatch/22/9", act, read_back=look, returns=int) == 4711
    (linked,) = await database.read(lambda connection: list(all_entries(connection)))
    assert (linked.entry.repository_id, linked.entry.what, linked.entry.subject) == (22, "dispatch", "9")
    assert linked.entry.detail == {"answer": "4711"}
    assert linked.entry.actor == "pilothouse"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("receipt/22/1030/0", (22, "receipt", "1030/0")),
        ("summary-22-5-after-3", (22, "summary", "5-after-3")),
        ("freeze/22", (22, "freeze", "")),
        ("something else", (0, "something else", "")),
    ],
)
def test_an_effect_is_put_into_the_chain_of_its_repository(key: str, expected: tuple[int, str, str]) -> None:
    made = entry_of_effect(key, "1", AT)
    assert (made.repository_id, made.what, made.subject) == expected
