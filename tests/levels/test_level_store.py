"""The rows of waits: once each, newest first, for those who may read them."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - pytest reads the annotations of fixtures
from datetime import UTC, datetime, timedelta
from pathlib import Path  # noqa: TC003 - as above

import pytest

from bot.config.web_settings import GOALS
from bot.levels.model import Day, Kind, Wait
from bot.levels.noting import Levels
from bot.levels.store import Asked, days_of, levels_of, names_of, waits_of
from bot.storage.database import Database
from bot.storage.web_tables import known_repositories, service_levels

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'levels.db'}")
    opened.open()
    yield opened
    opened.close()


def _levels(database: Database, seen: list[Wait], *, after: float = 3.0) -> Levels:
    return Levels(database=database, clock=lambda: AT + timedelta(seconds=after), observe=seen.append)


async def test_the_same_cause_twice_counts_once(database: Database) -> None:
    seen: list[Wait] = []
    for after in (3.0, 90.0):
        await _levels(database, seen, after=after).acknowledged("comment-7", 1, began_at=AT)

    (wait,) = seen
    assert (wait.kind, wait.cause, wait.seconds) == (Kind.ACKNOWLEDGED, "comment-7", 3.0)
    acknowledged, *_ = await database.read(lambda rows: levels_of(rows, Asked(since=AT), GOALS))
    assert (acknowledged.count, acknowledged.kept, acknowledged.p95) == (1, 1, 3.0)


async def test_a_level_knows_only_what_is_asked_for(database: Database) -> None:
    noting = _levels(database, [])
    await noting.summarised("1-1", 1, began_at=AT)
    await noting.merged("2", 2, began_at=AT)

    async def found(asked: Asked) -> list[tuple[int, Kind, float]]:
        return await database.read(lambda rows: waits_of(rows, asked))

    assert await found(Asked(since=AT)) == [(1, Kind.SUMMARISED, 3.0), (2, Kind.MERGED, 3.0)]
    assert await found(Asked(since=AT, repositories={2})) == [(2, Kind.MERGED, 3.0)]
    assert await found(Asked(since=AT, repositories=range(2, 30_000))) == [(2, Kind.MERGED, 3.0)]
    assert await found(Asked(since=AT + timedelta(hours=1))) == []


async def test_what_was_found_days_after_is_not_noted(database: Database) -> None:
    seen: list[Wait] = []
    await _levels(database, seen, after=4 * 86400).summarised("1-1", 1, began_at=AT)

    assert seen == []
    assert await database.read(lambda rows: rows.execute(service_levels.select()).all()) == []


async def test_a_database_that_fails_stops_nobody(database: Database) -> None:
    await database.write(service_levels.drop)
    seen: list[Wait] = []

    await _levels(database, seen).merged("1", 1, began_at=AT)

    assert seen == []


async def test_repositories_are_named_as_events_told(database: Database) -> None:
    row = {
        "repository_id": 5,
        "installation_id": 1,
        "full_name": "o/five",
        "is_private": False,
        "default_branch": "main",
        "seen_at": AT,
    }
    await database.write(lambda rows: rows.execute(known_repositories.insert().values(**row)))

    assert await database.read(lambda rows: names_of(rows, [5, 6])) == {5: "o/five"}


async def test_waits_are_counted_by_the_day_on_which_they_ended(database: Database) -> None:
    for number, after in enumerate((3.0, 7.0, 86_400.0)):
        await _levels(database, [], after=after).acknowledged(str(number), 1, began_at=AT)

    async def found(asked: Asked) -> dict[Kind, list[Day]]:
        return await database.read(lambda rows: days_of(rows, asked, GOALS))

    days = (await found(Asked(since=AT)))[Kind.ACKNOWLEDGED]
    assert {(each.day - AT.date()).days: (each.count, each.kept) for each in days} == {0: (2, 1), 1: (1, 0)}
    assert (await found(Asked(since=AT, repositories={2})))[Kind.ACKNOWLEDGED] == []
    assert await found(Asked(since=AT, repositories=range(2, 30_000))) == {}
