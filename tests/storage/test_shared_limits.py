"""What all workers know of GitHub's limits, on PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.github.tuning import Pace
from bot.storage.database import Database
from bot.storage.shared_limits import PostgresLimits, shared_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.postgres

SLOW = Pace(writes_a_second=0.1, write_burst=4)


@pytest.fixture
def workers(postgres_url: str) -> Iterator[list[PostgresLimits]]:
    """Two workers on one database."""
    databases = [Database(postgres_url), Database(postgres_url)]
    for each in databases:
        each.open()
    yield [PostgresLimits(each) for each in databases]
    for each in databases:
        each.close()


async def test_all_take_from_one_burst_and_are_told_when_to_ask_again(workers: list[PostgresLimits]) -> None:
    """However many ask at once, no more than the burst is given."""
    told = await asyncio.gather(*(workers[n % 2].take_write(7, SLOW, 0) for n in range(10)))
    assert sum(each.write_seconds == 0 for each in told) == SLOW.write_burst
    late = max(each.write_seconds for each in told)
    assert 0 < late <= 10
    assert (
        await workers[0].take_write(8, SLOW, 0)
    ).write_seconds == 0  # another installation's pace is its own


async def test_a_reserve_is_left_to_who_needs_none(workers: list[PostgresLimits]) -> None:
    summaries = [await workers[0].take_write(7, SLOW, 3) for _ in range(2)]
    assert [each.write_seconds == 0 for each in summaries] == [True, False]
    gates = [await workers[1].take_write(7, SLOW, 0) for _ in range(4)]
    assert [each.write_seconds == 0 for each in gates] == [True, True, True, False]


async def test_a_limit_closes_the_installation_for_all_and_is_never_shortened(
    workers: list[PostgresLimits],
) -> None:
    assert (await workers[1].standing(7)).closed_seconds == 0
    await workers[0].close_for(7, 60)
    await workers[0].close_for(7, 5)
    assert 50 < (await workers[1].standing(7)).closed_seconds <= 60
    refused = await workers[1].take_write(7, SLOW, 0)
    assert refused.closed_seconds > 50
    assert refused.write_seconds > 0


def test_one_worker_on_a_file_of_its_own_asks_nobody() -> None:
    database = Database("sqlite://")
    assert shared_limits(database) is None
    database.close()
