"""Workers of several machines keep to one installation's limits together."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from bot.github.app import GitHub
from bot.github.comments import create_comment, get_comment, react
from bot.github.limits import Priority
from bot.github.sharing import Told
from bot.github.tuning import Pace, Tuning
from bot.troubles import TROUBLES
from tests.support.raw_github import COMMENT, REPO, REPOSITORY, Answer, private_key, raw_bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.raw_github import Bench

ONE = f"{REPO}/issues/comments/5"
ALL = f"{REPO}/issues/1/comments"


@dataclass
class Board:
    """One process's memory in the place of the database."""

    now: Callable[[], float] = float
    closed_until: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    full_at: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    broken: bool = False
    asked: int = 0
    taken: int = 0
    gate: asyncio.Event | None = None

    async def standing(self, installation_id: int) -> Told:
        """This function will say until when an installation is closed."""
        await self._answering()
        return Told(closed_seconds=max(0.0, self.closed_until[installation_id] - self.now()))

    async def take_write(self, installation_id: int, pace: Pace, reserve: int) -> Told:
        """This function will take a write."""
        standing = await self.standing(installation_id)
        now, interval = self.now(), 1 / pace.writes_a_second
        ahead = max(0.0, self.full_at[installation_id] - now) - (pace.write_burst - 1 - reserve) * interval
        if standing.closed_seconds or ahead > 1e-6:
            return Told(closed_seconds=standing.closed_seconds, write_seconds=max(ahead, 0.05))
        self.full_at[installation_id] = max(self.full_at[installation_id], now) + interval
        self.taken += 1
        return Told()

    async def close_for(self, installation_id: int, seconds: float) -> None:
        """This function will close an installation for all."""
        await self._answering()
        self.closed_until[installation_id] = max(self.closed_until[installation_id], self.now() + seconds)

    async def _answering(self) -> None:
        self.asked += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.broken:
            raise ConnectionError("the database is away")


def another(bench: Bench, tuning: Tuning) -> GitHub:
    """A second worker before the same server, by the same clock."""
    tuned = replace(tuning, sleep=bench.time.sleep, monotonic=bench.time.monotonic)
    url = bench.server.url
    return GitHub("Iv1.client", private_key(), clock=bench.time.clock, api_url=url, tuning=tuned)


async def test_a_limit_that_one_worker_met_stops_the_others_before_they_call() -> None:
    board = Board()
    tuning = Tuning(pace=None, shared=board)
    async with raw_bench(tuning) as bench:
        board.now = bench.time.monotonic
        limited = Answer({"message": "secondary rate limit"}, 403, {"retry-after": "60"})
        bench.server.answer("GET", ONE, limited, Answer(COMMENT))
        await get_comment(bench.github.repository(REPOSITORY), 5)
        board.closed_until[7] = bench.time.monotonic() + 90
        calls = len(bench.server.calls("GET", ONE))
        async with another(bench, tuning) as other:
            before = bench.time.monotonic()
            await get_comment(other.repository(REPOSITORY), 5)
        assert len(bench.server.calls("GET", ONE)) == calls + 1
        assert bench.time.monotonic() - before >= 90


async def test_a_worker_tells_the_others_of_its_limit_before_the_call_returns() -> None:
    board = Board()
    async with raw_bench(Tuning(pace=None, shared=board)) as bench:
        board.now = bench.time.monotonic
        limited = Answer({"message": "secondary rate limit"}, 429, {"retry-after": "120"})
        bench.server.answer("GET", ONE, limited, Answer(COMMENT))
        await get_comment(bench.github.repository(REPOSITORY), 5)
    assert board.closed_until[7] >= 120


async def test_writes_of_two_workers_keep_one_pace_together() -> None:
    """Two workers with a burst of 4 and one write a second make 12 writes in 8 seconds, not in 2."""
    board = Board()
    tuning = Tuning(pace=Pace(write_burst=4, summary_reserve=0), shared=board)
    async with raw_bench(tuning) as bench:
        board.now = bench.time.monotonic
        bench.server.answer("POST", ALL, Answer(COMMENT, 201))
        async with another(bench, tuning) as other:
            for _ in range(6):
                await create_comment(bench.github.repository(REPOSITORY, Priority.GATE), 1, "hi")
                await create_comment(other.repository(REPOSITORY, Priority.GATE), 1, "hi")
        assert bench.time.monotonic() >= 8 - 0.2
    assert board.taken == 12


async def test_an_acknowledgement_does_not_wait_for_the_summaries_of_another_worker() -> None:
    board = Board()
    async with raw_bench(Tuning(pace=Pace(write_burst=5, summary_reserve=2), shared=board)) as bench:
        board.now = bench.time.monotonic
        board.full_at[7] = 3.0  # another worker's summaries took what they may
        bench.server.answer("POST", ALL, Answer(COMMENT, 201))
        bench.server.answer("POST", f"{ONE}/reactions", Answer({"id": 1}, 201))
        summary = asyncio.create_task(create_comment(bench.github.repository(REPOSITORY), 1, "summary"))
        await react(bench.github.repository(REPOSITORY, Priority.ACKNOWLEDGEMENT), 5, "eyes")
        assert not bench.server.calls("POST", ALL) or bench.time.monotonic() >= 1
        await summary


@pytest.mark.parametrize("silent", [False, True])
async def test_a_worker_goes_by_itself_while_the_database_does_not_answer(silent: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Broken or too slow: the call waits a quarter of a second at most, and the next ones ask nobody."""
    board = Board(broken=not silent, gate=asyncio.Event() if silent else None)
    before = TROUBLES.counts()["limits_not_shared",]
    async with raw_bench(Tuning(pace=Pace(), shared=board)) as bench:
        bench.server.answer("GET", ONE, Answer(COMMENT))
        bench.server.answer("POST", ALL, Answer(COMMENT, 201))
        repository = bench.github.repository(REPOSITORY)
        async with asyncio.timeout(5):
            for _ in range(5):
                await get_comment(repository, 5)
                await create_comment(repository, 1, "hi")
        assert board.asked <= 3
    assert 1 <= TROUBLES.counts()["limits_not_shared",] - before <= 3


async def test_calls_in_a_row_do_not_ask_the_others_each_time() -> None:
    board = Board()
    async with raw_bench(Tuning(pace=Pace(), shared=board)) as bench:
        board.now = bench.time.monotonic
        bench.server.answer("GET", ONE, Answer(COMMENT))
        for _ in range(50):
            await get_comment(bench.github.repository(REPOSITORY), 5)
    assert board.asked <= 2  # for the App's calls and the installation's
