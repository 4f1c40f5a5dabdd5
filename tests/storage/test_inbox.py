"""The inbox, as a SQLite file and as a PostgreSQL table."""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Delivery, Inbox, InboxFullError, InboxUnusableError, State
from bot.storage.inbox_choice import inbox_at
from bot.storage.inbox_sqlite import inbox_path
from tests.support.clock import START, Clock
from tests.support.inbox import Ended, done
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]


def delivery(guid: str, installation_id: int = 1, body: bytes = b"{}") -> Delivery:
    return Delivery(
        guid=guid, event="issue_comment", action="created", installation_id=installation_id, body=body
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def commits() -> list[int]:
    return []


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/bot.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def inbox(url: str, clock: Clock, commits: list[int]) -> Iterator[Inbox]:
    made = inbox_at(url, clock=clock, on_commit=lambda: commits.append(1))
    made.open()
    yield made
    made.close()


async def guids(inbox: Inbox, allowed: int = 100, limit: int = 100) -> list[str]:
    return [row.guid for row in await inbox.take(lambda _: allowed, limit)]


async def test_what_is_put_waits_in_order_and_is_there_after_a_restart(
    inbox: Inbox, url: str, clock: Clock, commits: list[int]
) -> None:
    for number in range(3):
        await inbox.put(delivery(f"g{number}", body=b"\x00\xff binary"))
    other = inbox_at(url, clock=clock)
    other.open()
    try:
        rows = await other.take(lambda _: 10, 10)
    finally:
        other.close()
    assert [(row.guid, row.event, row.installation_id, row.body) for row in rows] == [
        (f"g{number}", "issue_comment", 1, b"\x00\xff binary") for number in range(3)
    ]
    assert [row.sequence for row in rows] == sorted(row.sequence for row in rows)
    await until(lambda: len(commits) == 3)


async def test_many_at_once_are_all_kept(inbox: Inbox) -> None:
    await asyncio.gather(*(inbox.put(delivery(f"g{number}")) for number in range(1500)))
    assert (await inbox.backlog()).waiting == 1500
    assert inbox.stuck_seconds() == 0.0


async def test_a_guid_that_waits_or_is_done_is_dropped_and_a_failed_one_is_queued_again(inbox: Inbox) -> None:
    """A redelivery is dropped only when its GUID was processed, never because it was seen."""
    for guid in ("waits", "done", "failed"):
        await inbox.put(delivery(guid))
    rows = {row.guid: row.sequence for row in await inbox.take(lambda _: 10, 10)}
    await inbox.finish(
        [Ended(sequence=rows["done"]), Ended(sequence=rows["failed"], failure="a bug of ours")]
    )
    assert await inbox.states(["waits", "done", "failed", "never"]) == {
        "waits": State.WAITING,
        "done": State.DONE,
        "failed": State.FAILED,
    }
    backlog = await inbox.backlog()
    assert (backlog.waiting, backlog.failed, backlog.first) == (1, 1, rows["waits"])
    for guid in ("waits", "done", "failed"):
        await inbox.put(delivery(guid, body=b"again"))
    again = await inbox.take(lambda _: 10, 10)
    assert [(row.guid, row.body) for row in again] == [("waits", b"{}"), ("failed", b"again")]


async def test_the_same_guid_twice_in_one_commit_is_one_delivery(inbox: Inbox) -> None:
    await asyncio.gather(*(inbox.put(delivery("same")) for _ in range(20)))
    assert await guids(inbox) == ["same"]


async def test_installations_take_turns(inbox: Inbox) -> None:
    """One that floods us does not make the others wait behind its backlog."""
    for number in range(30):
        await inbox.put(delivery(f"flood{number:02}", 1))
    await inbox.put(delivery("quiet", 2))
    await inbox.put(delivery("silent", 3))
    taken = await guids(inbox, limit=6)
    assert {"quiet", "silent", "flood00"} == set(taken[:3])
    assert taken[3:] == ["flood01", "flood02", "flood03"]
    assert await guids(inbox, allowed=0) == []
    assert len(await inbox.take(lambda installation: 2 if installation == 1 else 0, 10)) == 2


async def test_the_backlog_says_since_when_it_waits(inbox: Inbox, clock: Clock) -> None:
    assert (await inbox.backlog()).oldest is None
    await inbox.put(delivery("old"))
    clock.advance(timedelta(minutes=5))
    await inbox.put(delivery("new"))
    backlog = await inbox.backlog()
    assert (backlog.waiting, backlog.oldest) == (2, START)


async def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(inbox: Inbox, clock: Clock) -> None:
    for guid in ("waits", "done"):
        await inbox.put(delivery(guid))
    sequence = {row.guid: row.sequence for row in await inbox.take(lambda _: 10, 10)}
    await inbox.finish(done([sequence["done"]]))
    clock.advance(timedelta(days=4))
    assert await inbox.forget(clock() - timedelta(days=3)) == 1
    assert await inbox.states(["waits", "done"]) == {"waits": State.WAITING}


async def test_workers_show_signs_of_life(inbox: Inbox, clock: Clock) -> None:
    await inbox.beat("a", b"one")
    clock.advance(timedelta(seconds=10))
    await inbox.beat("b", b"two")
    await inbox.beat("a", b"three")
    assert sorted(beat.snapshot for beat in await inbox.beats()) == [b"three", b"two"]
    clock.advance(timedelta(days=2))
    await inbox.beat("c", b"four")
    assert [(beat.at, beat.snapshot) for beat in await inbox.beats()] == [(clock(), b"four")]


@pytest.mark.postgres
async def test_one_worker_is_elected_and_another_follows_its_death(postgres_url: str, clock: Clock) -> None:
    first, second = (inbox_at(postgres_url, clock=clock) for _ in range(2))
    first.open()
    assert await first.is_elected()
    assert await first.is_elected()
    assert not await second.is_elected()
    first.close()
    await until(second.is_elected)  # the server notices the end of the session a moment later
    second.close()


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way")
    inbox = inbox_at(f"sqlite:///{tmp_path}/file/bot.db", clock=clock)
    with pytest.raises(InboxUnusableError, match="PILOTHOUSE_DATABASE_URL"):
        inbox.open()
    inbox.close()


async def test_a_server_that_is_not_there_is_named(clock: Clock) -> None:
    inbox = inbox_at("postgresql://127.0.0.1:1/none", clock=clock)
    with pytest.raises(InboxUnusableError, match="PILOTHOUSE_DATABASE_URL"):
        inbox.open()
    inbox.close()


def test_the_file_lies_beside_the_database() -> None:
    assert str(inbox_path("sqlite:////data/bot.db")) == "/data/bot-inbox.db"


async def test_a_delivery_that_cannot_be_written_does_not_take_others_down() -> None:
    def write(deliveries: Sequence[Delivery]) -> None:
        if any(each.guid == "bad" for each in deliveries):
            raise OSError("no")

    writer = GroupCommit(write, lambda: None)
    results = await asyncio.gather(
        *(writer.put(delivery(guid)) for guid in ("a", "bad", "b")), return_exceptions=True
    )
    writer.close()
    assert [type(result) for result in results] == [type(None), OSError, type(None)]


async def test_a_stuck_writer_is_seen_and_what_waits_is_bounded() -> None:
    may_write = threading.Event()

    def write(_deliveries: Sequence[Delivery]) -> None:
        may_write.wait(20)

    writer = GroupCommit(write, lambda: None)
    puts = [asyncio.ensure_future(writer.put(delivery(f"g{number}"))) for number in range(8192)]
    await until(lambda: writer.stuck_seconds() > 0)
    with pytest.raises(InboxFullError):
        await writer.put(delivery("one too many"))
    puts[0].cancel()  # its request was given up
    may_write.set()
    await asyncio.gather(*puts[1:])
    writer.close()
    assert writer.stuck_seconds() == 0.0


async def test_twenty_thousand_deliveries_are_forgotten_and_their_room_is_used_again(
    tmp_path: Path, clock: Clock
) -> None:
    inbox = inbox_at(f"sqlite:///{tmp_path}/bot.db", clock=clock)
    inbox.open()
    sizes = []
    for turn in range(2):
        for part in range(4):
            guids = (f"{turn}-{part}-{number}" for number in range(5000))
            await asyncio.gather(*(inbox.put(delivery(guid, body=b"x" * 500)) for guid in guids))
        while rows := await inbox.take(lambda _: 5000, 5000):
            await inbox.finish(done(row.sequence for row in rows))
        clock.advance(timedelta(days=4))
        assert await inbox.forget(clock() - timedelta(days=3)) == 20_000
        assert await inbox.forget_payloads(clock() - timedelta(days=3)) == 20_000
        assert (await inbox.backlog()).waiting == 0
        sizes.append((tmp_path / "bot-inbox.db").stat().st_size)
    inbox.close()
    assert sizes[1] < 1.2 * sizes[0]


async def test_a_server_that_does_not_even_refuse_is_given_up_soon(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that is gone answers nothing: whoever stands in line behind would wait for minutes with it."""
    monkeypatch.setattr("bot.storage.inbox_postgres.CONNECT_SECONDS", 2)  # the least that the library takes
    monkeypatch.setattr("bot.storage.inbox_postgres._PATIENCE", 0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        inbox = inbox_at(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/x", clock=clock)
        with pytest.raises(InboxUnusableError, match="cannot be used"):
            inbox.open()
        async with asyncio.timeout(20):
            with pytest.raises(psycopg.OperationalError):
                await inbox.backlog()
        inbox.close()


@pytest.mark.postgres
async def test_a_delivery_is_taken_although_the_server_has_just_dropped_every_session(
    postgres_url: str, clock: Clock
) -> None:
    """A server that was restarted costs GitHub no redelivery, and is not told that the inbox is broken."""
    inbox = inbox_at(postgres_url, clock=clock)
    inbox.open()
    await inbox.put(Delivery(guid="a", event="push", action="", installation_id=1, body=b"{}"))
    assert (await inbox.backlog()).waiting == 1
    async with await psycopg.AsyncConnection.connect(postgres_url) as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    await inbox.put(Delivery(guid="b", event="push", action="", installation_id=1, body=b"{}"))
    assert (await inbox.backlog()).waiting == 2
    inbox.close()
