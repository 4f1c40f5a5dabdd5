"""The rows of those who signed in, on both databases, and what the handler makes of GitHub's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.github.events import AuthorizationEvent
from bot.github.models import Actor
from bot.sign_ins import store
from bot.sign_ins.model import SignIn
from bot.sign_ins.rules import HOLDS_IDLE, is_to_be_noted
from bot.storage.database import Database
from handlers.github_app_authorization import revoked
from tests.support.clock import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.support.postgres"]
ROW = SignIn(
    token_hash="a",
    user_id=7,
    login="ada",
    sealed="sealed",
    created_at=START,
    seen_at=START,
    expires_at=START + timedelta(days=7),
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'signs.db'}" if is_sqlite else request.getfixturevalue("postgres_url")
    opened = Database(url)
    opened.open()
    yield opened
    opened.close()


async def test_a_sign_in_is_read_as_it_was_written_until_it_ends(database: Database) -> None:
    await database.write(partial(store.begin, sign_in=ROW))
    find = partial(store.find, token_hash="a")
    assert await database.read(find) == ROW
    await database.write(partial(store.note, token_hash="a", seen_at=START + timedelta(minutes=5)))
    await database.write(partial(store.note, token_hash="a", seen_at=START))  # a clock behind
    await database.write(partial(store.rename, user_id=7, login="countess"))
    seen = await database.read(find)
    assert seen == replace(ROW, login="countess", seen_at=START + timedelta(minutes=5))
    await database.write(partial(store.end, token_hash="a"))
    assert await database.read(find) is None


async def test_of_two_that_put_new_tokens_in_one_succeeds(database: Database) -> None:
    await database.write(partial(store.begin, sign_in=ROW))
    first = partial(store.reseal, token_hash="a", before="sealed", after="first")
    assert await database.write(first) is True
    assert await database.write(partial(store.reseal, token_hash="a", before="sealed", after="x")) is False
    found = await database.read(partial(store.find, token_hash="a"))
    assert found is not None
    assert found.sealed == "first"


async def test_all_of_a_person_end_and_nobody_elses(database: Database) -> None:
    for one in (ROW, replace(ROW, token_hash="b"), replace(ROW, token_hash="c", user_id=8)):
        await database.write(partial(store.begin, sign_in=one))
    ended = await database.write(partial(store.end_all, user_id=7))
    assert {one.token_hash for one in ended} == {"a", "b"}
    assert await database.write(partial(store.end_all, user_id=7)) == ()
    assert await database.read(partial(store.find, token_hash="c")) is not None


async def test_who_signs_in_makes_room(database: Database) -> None:
    idle = replace(ROW, token_hash="idle", seen_at=START - HOLDS_IDLE)
    over = replace(ROW, token_hash="over", expires_at=START)
    for one in (idle, over, ROW):
        await database.write(partial(store.begin, sign_in=one))
    left = [await database.read(partial(store.find, token_hash=one)) for one in ("idle", "over", "a")]
    assert [one is not None for one in left] == [False, False, True]


def test_that_somebody_is_there_is_noted_every_five_minutes() -> None:
    assert [is_to_be_noted(ROW, START + timedelta(minutes=minutes)) for minutes in (0, 4, 5)] == [
        False,
        False,
        True,
    ]


def test_the_same_delivery_twice_ends_sign_ins_once() -> None:
    event = AuthorizationEvent(action="revoked", sender=Actor(id=7, login="ada"))
    assert revoked(event, "guid") == revoked(event, "guid")
    (start,) = revoked(event, "guid")
    assert start.run_id == "end_sign_ins-7-guid"
