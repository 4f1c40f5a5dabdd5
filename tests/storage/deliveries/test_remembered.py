"""What the inbox remembers of deliveries, as a SQLite file and as tables of PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.storage.deliveries.model import MOST_LISTED, Decision, DeliveryQuery, State
from bot.storage.deliveries.rows import noted, packed, seen, unpacked
from bot.storage.inbox import Delivery, Inbox
from bot.storage.inbox_choice import inbox_at
from bot.storage.inbox_sqlite import inbox_path
from tests.support.clock import START, Clock
from tests.support.inbox import Ended, done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]

ALL = DeliveryQuery(repositories=None)
# As the first version made its tables.
_OLD_SQLITE = """
create table inbox (sequence integer primary key autoincrement, guid text not null unique, event text not null,
  action text not null, installation_id integer not null, accepted_at real not null,
  state text not null default 'waiting', error text, body blob);
create index inbox_waiting on inbox (installation_id, sequence) where state = 'waiting';
create table beats (worker text primary key, at real not null, snapshot blob not null);
insert into inbox (guid, event, action, installation_id, accepted_at, body) values ('waits', 'push', '', 1, 0, x'78');
insert into inbox (guid, event, action, installation_id, accepted_at, state) values ('done', 'push', '', 1, 0, 'done');
"""
_OLD_POSTGRES = """
create table pilothouse_inbox (sequence bigint generated always as identity primary key, guid text not null unique,
  event text not null, action text not null, installation_id bigint not null, accepted_at timestamptz not null,
  state text not null default 'waiting', error text, body bytea);
insert into pilothouse_inbox (guid, event, action, installation_id, accepted_at, body)
  values ('waits', 'push', '', 1, now(), 'x');
insert into pilothouse_inbox (guid, event, action, installation_id, accepted_at, state)
  values ('done', 'push', '', 1, now(), 'done');
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def woken() -> list[int]:
    return []


@pytest.fixture
def inbox(url: str, clock: Clock, woken: list[int]) -> Iterator[Inbox]:
    made = inbox_at(url, clock=clock, on_commit=lambda: woken.append(1))
    made.open()
    yield made
    made.close()


def delivery(
    guid: str, repository_id: int | None = 1, *, event: str = "push", number: int | None = None
) -> Delivery:
    return Delivery(
        guid=guid,
        event=event,
        action="",
        installation_id=1,
        body=f'{{"{guid}": 1}}'.encode(),
        repository_id=repository_id,
        repository="octo/boat" if repository_id == 1 else "",
        number=number,
    )


async def fill(inbox: Inbox, *deliveries: Delivery) -> dict[str, int]:
    for one in deliveries:
        await inbox.put(one)
    return {row.guid: row.sequence for row in await inbox.take(lambda _: 1000, 1000)}


async def guids(inbox: Inbox, query: DeliveryQuery) -> list[str]:
    return [one.guid for one in await inbox.deliveries(query)]


async def test_what_came_of_a_delivery_is_remembered(inbox: Inbox, clock: Clock) -> None:
    sequence = (await fill(inbox, delivery("g", number=7)))["g"]
    (before,) = await inbox.deliveries(ALL)
    assert (before.state, before.decisions, before.finished_at, before.has_payload) == (
        State.WAITING,
        None,
        None,
        True,
    )
    clock.advance(timedelta(seconds=2))
    came = (("diagnose", "diagnose-1", ""), ("", "deploy-2", "job\x1f ✓"))
    await inbox.finish([Ended(sequence=sequence, body=b'{"g": 1}', decisions=came)])
    (after,) = await inbox.deliveries(ALL)
    assert after == replace(
        before,
        state=State.DONE,
        decisions=(Decision("diagnose", "diagnose-1"), Decision("", "deploy-2", "job\x1f ✓")),
        finished_at=START + timedelta(seconds=2),
    )
    assert (after.repository_id, after.repository, after.number) == (1, "octo/boat", 7)
    assert await inbox.payload_of(sequence) == b'{"g": 1}'


async def test_a_reader_is_shown_deliveries_of_the_repositories_given_and_nothing_else(inbox: Inbox) -> None:
    ids = await fill(
        inbox,
        *(delivery(f"r{number}-{turn}", number) for turn in range(3) for number in (1, 2, 3)),
        delivery("of none", None),
    )
    await inbox.finish(
        done(sequence for guid, sequence in ids.items() if guid.endswith(("-0", "-1", "none")))
    )
    both = DeliveryQuery(repositories=frozenset({1, 3, 99}))
    assert await guids(inbox, both) == ["r3-2", "r1-2", "r3-1", "r1-1", "r3-0", "r1-0"]
    assert await guids(inbox, replace(both, limit=3, before=ids["r3-2"])) == ["r1-2", "r3-1", "r1-1"]
    assert await guids(inbox, DeliveryQuery(repositories=frozenset())) == []
    assert len(await inbox.deliveries(ALL)) == 10
    many = DeliveryQuery(repositories=frozenset(range(1, 5000)))
    assert len(await inbox.deliveries(many)) == 9


async def test_deliveries_are_found_by_state_event_number_and_id(inbox: Inbox) -> None:
    ids = await fill(
        inbox,
        delivery("a", event="issue_comment", number=3),
        delivery("b", event="issue_comment", number=4),
        delivery("c"),
        delivery("' or 1=1 --"),
    )
    await inbox.finish([*done([ids["a"]]), Ended(sequence=ids["c"], failure="no\0 sense")])
    for repositories in (None, frozenset({1}), frozenset(range(60))):
        query = DeliveryQuery(repositories=repositories)
        assert await guids(inbox, replace(query, state=State.FAILED)) == ["c"]
        assert await guids(inbox, replace(query, state=State.WAITING)) == ["' or 1=1 --", "b"]
        assert await guids(inbox, replace(query, event="issue_comment")) == ["b", "a"]
        assert await guids(inbox, replace(query, number=3)) == ["a"]
        assert await guids(inbox, replace(query, guid="' or 1=1 --")) == ["' or 1=1 --"]
        assert await guids(inbox, replace(query, event="nothing")) == []
    (failed,) = await inbox.deliveries(replace(ALL, state=State.FAILED))
    assert failed.error.replace("\0", "") == "no sense"
    assert failed.decisions == ()


async def test_a_list_has_an_end_however_much_is_asked_for(inbox: Inbox) -> None:
    await fill(inbox, *(delivery(f"g{number}") for number in range(MOST_LISTED + 5)))
    assert len(await inbox.deliveries(replace(ALL, limit=10**9))) == MOST_LISTED
    assert len(await inbox.deliveries(replace(ALL, limit=-1))) == 1


async def test_a_handled_delivery_waits_again_as_it_came(inbox: Inbox, woken: list[int]) -> None:
    ids = await fill(inbox, delivery("failed"), delivery("done"), delivery("waits"))
    await inbox.finish(
        [
            Ended(sequence=ids["failed"], body=b'{"failed": 1}', failure="a bug"),
            Ended(sequence=ids["done"], body=b'{"done": 1}'),
        ]
    )
    woken.clear()
    assert [await inbox.replay(ids[guid]) for guid in ("failed", "done", "waits")] == [True, True, False]
    assert not await inbox.replay(10**6)
    assert len(woken) == 2
    again = {row.guid: row.body for row in await inbox.take(lambda _: 10, 10)}
    assert again == {"failed": b'{"failed": 1}', "done": b'{"done": 1}', "waits": b'{"waits": 1}'}
    assert {one.state for one in await inbox.deliveries(ALL)} == {State.WAITING}


async def test_payloads_are_forgotten_before_deliveries_are(inbox: Inbox, clock: Clock) -> None:
    """What was said is kept for hours, that it was said for days: a redelivery is known all that time."""
    ids = await fill(inbox, delivery("old"), delivery("new"))
    await inbox.finish(done([ids["old"]]))
    clock.advance(timedelta(hours=25))
    await inbox.finish(done([ids["new"]]))
    assert await inbox.forget_payloads(clock() - timedelta(hours=24)) == 1
    assert await inbox.forget_payloads(clock() - timedelta(hours=24)) == 0
    assert [one.has_payload for one in await inbox.deliveries(ALL)] == [True, False]
    assert await inbox.payload_of(ids["old"]) is None
    assert not await inbox.replay(ids["old"])
    assert await inbox.forget(clock() - timedelta(hours=1)) == 2
    assert await inbox.deliveries(ALL) == ()


async def test_where_payloads_are_not_kept_none_is(url: str, clock: Clock) -> None:
    """An operator who keeps none finds none in the file, neither of handled nor of failed deliveries."""
    made = inbox_at(url, clock=clock, keeps_payloads=False)
    made.open()
    try:
        ids = await fill(made, delivery("g"), delivery("h"))
        await made.finish([*done([ids["g"]]), Ended(sequence=ids["h"], failure="no")])
        assert [await made.payload_of(sequence) for sequence in ids.values()] == [None, None]
        assert not any(one.has_payload for one in await made.deliveries(ALL))
    finally:
        made.close()


def old_inbox(url: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(inbox_path(url))) as connection, connection:
            connection.executescript(_OLD_SQLITE)
    else:
        with psycopg.connect("postgresql://" + url.partition("://")[2]) as server:
            server.execute(_OLD_POSTGRES.encode())


async def test_the_inbox_of_an_older_version_is_used_as_it_is(url: str, clock: Clock) -> None:
    """What waited is taken and what was done is known; two processes may upgrade it at once."""
    old_inbox(url)
    made, other = (inbox_at(url, clock=clock) for _ in range(2))
    await asyncio.gather(asyncio.to_thread(made.open), asyncio.to_thread(other.open))
    try:
        assert await other.states(["waits", "done"]) == {"waits": State.WAITING, "done": State.DONE}
        (waiting,) = await made.take(lambda _: 10, 10)
        assert (waiting.guid, waiting.body) == ("waits", b"x")
        await made.finish([Ended(sequence=waiting.sequence, body=b"x", decisions=(("f", "r", ""),))])
        newest, oldest = await other.deliveries(ALL)
        assert {newest.guid, oldest.guid} == {"waits", "done"}
        told = {one.guid: (one.decisions, one.repository_id, one.repository) for one in (newest, oldest)}
        assert told == {"waits": ((Decision("f", "r"),), None, ""), "done": (None, None, "")}
        await made.put(delivery("new"))
        assert await guids(other, DeliveryQuery(repositories=frozenset({1}))) == ["new"]
    finally:
        made.close()
        other.close()


def test_decisions_that_cannot_be_read_are_not_known() -> None:
    row = (1, "g", "push", "", 1, None, None, None, START, "done", None, None, "{broken", 0)
    assert seen(row).decisions is None


def test_a_payload_is_given_back_as_it_came() -> None:
    body = bytes(range(256)) * 100
    assert unpacked(packed(body)) == body
    assert len(packed(body)) < len(body)
    assert noted(()) == "[]"
