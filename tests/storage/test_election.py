"""One worker takes deliveries; whatever becomes of it, another does soon after."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.storage.election import Election
from bot.troubles import TROUBLES
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.postgres


@pytest.fixture
def candidates(postgres_url: str) -> Iterator[tuple[Election, Election]]:
    """Two workers; the second looks after the first at every call, and bears no silence."""
    ages = iter(range(0, 10_000, 10))
    first = Election(postgres_url)
    second = Election(postgres_url, patience=0.3, monotonic=lambda: float(next(ages)))
    yield first, second
    first.close()
    second.close()


async def test_one_is_elected_and_its_end_is_the_others_turn(candidates: tuple[Election, Election]) -> None:
    first, second = candidates
    assert first.wins()
    assert first.wins()
    assert not second.wins()
    first.close()

    async def wins() -> bool:
        return second.wins()

    began = time.monotonic()
    await until(wins)
    assert time.monotonic() - began < 5
    assert not first.wins()


async def test_a_worker_that_was_stopped_loses_its_place_and_knows_it(
    candidates: tuple[Election, Election],
) -> None:
    """A process under SIGSTOP keeps its session; the others do not wait for it, and it steps back when it wakes."""
    first, second = candidates
    before = TROUBLES.counts()["dispatcher_unseated",]
    assert first.wins()

    async def wins() -> bool:
        return second.wins()

    await until(wins, within=10)
    assert TROUBLES.counts()["dispatcher_unseated",] > before
    assert not first.wins()  # its session is over
    assert not first.wins()  # and a new one finds the lock taken


def test_a_holder_that_shows_life_keeps_its_place(postgres_url: str) -> None:
    ages = iter(range(0, 10_000, 10))
    first, second = (
        Election(postgres_url),
        Election(postgres_url, patience=30, monotonic=lambda: float(next(ages))),
    )
    assert first.wins()
    assert [second.wins() for _ in range(3)] == [False] * 3
    assert first.wins()
    first.close()
    second.close()


def test_a_server_that_is_away_elects_nobody() -> None:
    election = Election("postgresql://127.0.0.1:1/none")
    assert not election.wins()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect("postgresql://127.0.0.1:1/none")
