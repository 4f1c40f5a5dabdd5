"""The rows of waits: once each, newest first, for those who may read them."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - pytest reads the annotations of fixtures
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path  # noqa: TC003 - as above
from typing import TYPE_CHECKING

import pytest

from bot.config.web_settings import GOALS
from bot.levels.model import Day, Kind, Wait
from bot.levels.noting import Levels
from bot.levels.store import Asked, days_of, late_in, levels_of, note_wait
from bot.storage.database import Database
from bot.storage.web_tables import known_repositories, service_levels

if TYPE_CHECKING:
    from sqlalchemy import Connection

pytest_plugins = ["tests.support.postgres"]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'levels.db'}" if is_sqlite else request.getfixturevalue("postgres_url")
    opened = Database(url)
    opened.open()
    yield opened
    opened.close()


def _insert(row: dict[str, object], connection: Connection) -> None:
    connection.execute(known_repositories.insert().values(**row))


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


@pytest.mark.parametrize(
    ("seconds", "ranks", "kept"),
    [
        ([1.0], (1.0, 1.0, 1.0), 1),
        ([9.0, 1.0], (1.0, 9.0, 9.0), 1),
        ([float(n) for n in range(1, 101)], (50.0, 95.0, 99.0), 5),
        ([5.0, 5.0, 5.5], (5.0, 5.5, 5.5), 2),
    ],
)
async def test_percentiles_are_waits_that_somebody_had(
    database: Database, seconds: list[float], ranks: tuple[float, float, float], kept: int
) -> None:
    def save(connection: Connection) -> None:
        for number, each in enumerate(seconds):
            ended = AT + timedelta(seconds=each)
            note_wait(
                connection,
                Wait(kind=Kind.ACKNOWLEDGED, cause=str(number), repository_id=1, began_at=AT, ended_at=ended),
            )

    await database.write(save)
    level, *_ = await database.read(lambda rows: levels_of(rows, Asked(since=AT), GOALS))

    assert ((level.p50, level.p95, level.p99), level.kept) == (ranks, kept)
    assert (level.count, level.worst, level.share) == (len(seconds), max(seconds), kept / len(seconds))
    assert level.is_met == (ranks[1] <= GOALS["acknowledged"])


async def test_a_level_knows_only_what_is_asked_for(database: Database) -> None:
    noting = _levels(database, [])
    await noting.summarised("1-1", 1, began_at=AT)
    await noting.merged("2", 2, began_at=AT)

    async def found(asked: Asked) -> list[int]:
        levels = await database.read(lambda rows: levels_of(rows, asked, GOALS))
        return [level.count for level in levels]

    assert await found(Asked(since=AT)) == [0, 1, 1, 0]
    assert await found(Asked(since=AT, repositories={2})) == [0, 0, 1, 0]
    assert await found(Asked(since=AT, repositories=range(2, 30_000))) == [0, 0, 1, 0]
    assert await found(Asked(since=AT, repositories=())) == [0, 0, 0, 0]
    assert await found(Asked(since=AT + timedelta(hours=1))) == [0, 0, 0, 0]


async def test_the_repository_with_the_most_misses_comes_first(database: Database) -> None:
    for number, name in ((1, "o/one"), (2, "o/two"), (3, "o/three")):
        row = {
            "repository_id": number,
            "installation_id": 1,
            "full_name": name,
            "is_private": False,
            "default_branch": "main",
            "seen_at": AT,
        }
        await database.write(partial(_insert, row))
    for number, repository_id, after in ((1, 1, 9.0), (2, 2, 9.0), (3, 2, 8.0), (4, 2, 1.0), (5, 3, 4.0)):
        await _levels(database, [], after=after).acknowledged(str(number), repository_id, began_at=AT)

    found = await database.read(lambda rows: late_in(rows, Asked(since=AT), GOALS, most=5))

    assert [(one.full_name, one.count, one.kept, one.worst) for one in found] == [
        ("o/two", 3, 1, 9.0),
        ("o/one", 1, 0, 9.0),
    ]
    assert len(await database.read(lambda rows: late_in(rows, Asked(since=AT), GOALS, most=1))) == 1


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


async def test_waits_are_counted_by_the_day_on_which_they_ended(database: Database) -> None:
    for number, after in enumerate((3.0, 7.0, 86_400.0)):
        await _levels(database, [], after=after).acknowledged(str(number), 1, began_at=AT)

    async def found(asked: Asked) -> dict[Kind, list[Day]]:
        return await database.read(lambda rows: days_of(rows, asked, GOALS))

    days = (await found(Asked(since=AT)))[Kind.ACKNOWLEDGED]
    assert {(each.day - AT.date()).days: (each.count, each.kept) for each in days} == {0: (2, 1), 1: (1, 0)}
    assert (await found(Asked(since=AT, repositories={2})))[Kind.ACKNOWLEDGED] == []
