"""The list of repositories that the App may see: how events and GitHub's lists keep it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.recovery.knowing import Sightings
from bot.recovery.known import (
    KnownRepository,
    forget_installations,
    forget_repository,
    keep_installation,
    known_since,
    learn,
    repository_named,
    repository_with,
)
from bot.storage.database import Database
from tests.support.diagnosis import NOON
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

pytest_plugins = ["tests.support.postgres"]
HOUR = timedelta(hours=1)
BOAT = KnownRepository(
    repository_id=42, installation_id=7, full_name="octo/boat", is_private=True, default_branch="main"
)
RAFT = replace(BOAT, repository_id=43, full_name="octo/raft", is_private=False)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    made.open()
    yield made
    made.close()


async def found(database: Database, name: str) -> KnownRepository | None:
    return await database.read(lambda connection: repository_named(connection, name))


async def test_a_name_is_found_in_any_case(database: Database) -> None:
    await database.write(lambda connection: learn(connection, (BOAT, RAFT), at=NOON))
    assert await found(database, "octo/boat") == BOAT
    assert await found(database, "Octo/BOAT") == BOAT
    assert await found(database, "octo/bo_t") is None  # no pattern


async def test_a_renamed_repository_is_found_by_its_new_name_alone(database: Database) -> None:
    """Someone else's repository that takes the old name is another one: the id tells them apart."""
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON))
    ship = replace(BOAT, full_name="octo/ship", default_branch="")
    await database.write(lambda connection: learn(connection, (ship,), at=NOON + HOUR))
    assert await found(database, "octo/boat") is None
    assert await found(database, "octo/ship") == replace(ship, default_branch="main")
    taken = replace(RAFT, full_name="octo/boat")
    await database.write(lambda connection: learn(connection, (taken,), at=NOON + HOUR))
    assert await found(database, "octo/boat") == taken


async def test_what_was_told_earlier_does_not_replace_what_was_told_later(database: Database) -> None:
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON))
    old = replace(BOAT, full_name="octo/dinghy")
    await database.write(lambda connection: learn(connection, (old,), at=NOON - HOUR))
    assert await found(database, "octo/dinghy") is None


async def test_what_an_installation_does_not_list_any_more_is_gone_until_it_comes_back(
    database: Database,
) -> None:
    await database.write(lambda connection: learn(connection, (BOAT, RAFT), at=NOON))
    await database.write(lambda connection: keep_installation(connection, 7, (RAFT,), at=NOON + HOUR))
    assert await found(database, "octo/boat") is None
    assert await database.read(lambda connection: repository_with(connection, 42)) is None
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON + 2 * HOUR))
    assert await database.read(lambda connection: repository_with(connection, 42)) == BOAT


async def test_a_repository_that_was_told_of_after_the_list_was_asked_for_stays(database: Database) -> None:
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON + HOUR))
    await database.write(lambda connection: keep_installation(connection, 7, (), at=NOON))
    assert await found(database, "octo/boat") == BOAT


async def test_a_transferred_repository_belongs_to_its_new_installation(database: Database) -> None:
    """The old installation no longer lists it, the new one does; in whichever order the lists are read, it stays."""
    moved = replace(BOAT, installation_id=9, full_name="fleet/boat")
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON))
    await database.write(lambda connection: keep_installation(connection, 9, (moved,), at=NOON + HOUR))
    await database.write(lambda connection: keep_installation(connection, 7, (), at=NOON + HOUR))
    assert await found(database, "fleet/boat") == moved


async def test_a_repository_is_forgotten_only_by_who_reached_it_last(database: Database) -> None:
    """Transferred, it is reached by another installation, whose word may have come first."""
    forget = partial(forget_repository, repository_id=42, at=NOON + HOUR)
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON))
    await database.write(lambda connection: forget(connection, installation_id=9))
    assert await found(database, "octo/boat") == BOAT
    await database.write(lambda connection: forget(connection, installation_id=7))
    assert await found(database, "octo/boat") is None
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON + 2 * HOUR))
    await database.write(lambda connection: forget(connection, installation_id=7))
    assert await found(database, "octo/boat") == BOAT


async def test_what_was_told_before_github_was_asked_does_not_outlive_its_answer(database: Database) -> None:
    times = iter([NOON, NOON + HOUR])
    sightings = Sightings(database=database, clock=lambda: next(times))
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON - HOUR))
    sightings.note(_payload(full_name="octo/dinghy"))
    asked = NOON + timedelta(minutes=1)
    await database.write(lambda connection: forget_repository(connection, 42, installation_id=7, at=asked))
    await sightings.write()
    assert await found(database, "octo/dinghy") is None


async def test_the_repositories_of_an_uninstalled_app_are_gone(database: Database) -> None:
    other = replace(RAFT, installation_id=8)
    await database.write(lambda connection: learn(connection, (BOAT, other), at=NOON))
    await database.write(lambda connection: forget_installations(connection, (8,), at=NOON + HOUR))
    assert await found(database, "octo/boat") is None
    assert await found(database, "octo/raft") == other


def _payload(**changes: object) -> dict[str, object]:
    told = {"id": 42, "full_name": "octo/boat", "private": True, "default_branch": "main", **changes}
    return {"repository": told, "installation": {"id": 7}}


async def test_deliveries_tell_of_repositories_and_news_alone_are_written(database: Database) -> None:
    sightings = Sightings(database=database, clock=lambda: NOON)
    read = sightings.noting(lambda _name, _payload, _guid: ())
    assert read("push", _payload(), "guid-1") == ()
    await sightings.write()
    assert await found(database, "octo/boat") == BOAT
    later = Sightings(database=database, clock=lambda: NOON + HOUR)
    later.note(_payload(full_name="octo/ship"))
    await later.write()
    sightings.note(_payload())  # as it was told before: nothing to write
    await sightings.write()
    assert await found(database, "octo/ship") is not None


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {},
        {"repository": None},
        {"repository": {"id": 42, "full_name": "octo/boat"}},
        {"repository": {"id": "x", "full_name": "octo/boat"}, "installation": {"id": 7}},
        {"repository": {"id": 42, "full_name": "no name"}, "installation": {"id": 7}},
    ],
)
async def test_a_payload_of_another_shape_tells_nothing(database: Database, payload: object) -> None:
    sightings = Sightings(database=database, clock=lambda: NOON)
    sightings.note(payload)
    await sightings.write()
    assert await database.read(lambda connection: repository_with(connection, 42)) is None


async def test_what_is_not_said_to_be_public_is_private(database: Database) -> None:
    sightings = Sightings(database=database, clock=lambda: NOON)
    sightings.note({"repository": {"id": 42, "full_name": "octo/boat"}, "installation": {"id": 7}})
    await sightings.write()
    assert await found(database, "octo/boat") == replace(BOAT, default_branch="")


async def test_what_could_not_be_written_is_written_when_the_database_is_back(database: Database) -> None:
    """The database may be away for a while: nothing of what was told meanwhile is lost with it."""
    sightings = Sightings(database=database, clock=lambda: NOON, every=0.01)
    await database.write(
        lambda connection: connection.exec_driver_sql("alter table known_repositories rename to away")
    )
    sightings.note(_payload())
    running = asyncio.create_task(sightings.run())
    with pytest.raises(OperationalError):
        await sightings.write()
    await database.write(
        lambda connection: connection.exec_driver_sql("alter table away rename to known_repositories")
    )

    async def is_known() -> bool:
        return await found(database, "octo/boat") is not None

    await until(is_known)
    running.cancel()


async def test_since_when_a_repository_is_known_begins_anew_when_it_comes_back(database: Database) -> None:
    async def since() -> object:
        return await database.read(lambda connection: known_since(connection, BOAT.repository_id))

    assert await since() is None
    for hours in range(2):
        at = NOON + hours * HOUR
        await database.write(partial(learn, found=(BOAT,), at=at))
        assert await since() == NOON
    await database.write(lambda connection: keep_installation(connection, 7, (), at=NOON + 2 * HOUR))
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON + HOUR))  # told late
    assert await since() == NOON
    await database.write(lambda connection: learn(connection, (BOAT,), at=NOON + 3 * HOUR))
    assert await since() == NOON + 3 * HOUR


@pytest.mark.postgres
async def test_two_workers_that_learn_of_one_repository_at_once_both_go_on(postgres_url: str) -> None:
    """An installation tells of its repositories while one of them is pushed to: neither of the two may fail."""
    first, second = Database(postgres_url), Database(postgres_url)
    first.open()
    second.open()
    learned, waited_for = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slowly(connection: Connection) -> None:
        learn(connection, [BOAT], at=NOON)
        loop.call_soon_threadsafe(learned.set)
        waited_for.wait(30)

    one = asyncio.create_task(first.write(slowly))
    await learned.wait()
    two = asyncio.create_task(second.write(lambda connection: learn(connection, [RAFT, BOAT], at=NOON)))
    await until(partial(first.read, _somebody_waits))
    waited_for.set()
    await asyncio.gather(one, two)
    assert await second.read(lambda connection: repository_named(connection, BOAT.full_name)) == BOAT
    assert await first.read(lambda connection: repository_named(connection, RAFT.full_name)) == RAFT
    first.close()
    second.close()


def _somebody_waits(connection: Connection) -> bool:
    """Whether a session of this database waits for a lock that another one has."""
    waiting = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    return bool(connection.execute(waiting).scalar())
