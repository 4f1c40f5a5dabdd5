"""Whatever happens to the calls before it, every call gets its turn."""

from __future__ import annotations

import asyncio
import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.github.limits import Limits, Priority
from bot.github.operations import CREATE_COMMENT, CREATE_TOKEN, GET_PULL
from bot.github.tuning import Pace, Tuning
from tests.support.raw_github import Time

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = 60
CONCURRENCY = 4
AN_INSTALLATION = 3


@dataclass
class Crowd:
    """Many calls of three installations, whose ends are thrown with dice."""

    limits: Limits
    dice: random.Random
    done: int = 0
    in_flight: dict[int | None, int] = field(default_factory=dict)

    async def call(self, installation_id: int) -> None:
        """This function will make one call, now and then with a token of its own, until it is served."""
        priority = self.dice.choice(list(Priority))
        operation = self.dice.choice([GET_PULL, CREATE_COMMENT])
        for _ in range(50):
            async with self.limits.turn(installation_id, priority, operation) as turn:
                with self.counted(installation_id):
                    if self.dice.random() < 0.2:
                        async with self.limits.turn(None, Priority.GATE, CREATE_TOKEN) as minting:
                            minting.answered()
                    await asyncio.sleep(0)
                fate = self.dice.random()
                if fate < 0.1:
                    turn.limited(self.dice.choice([None, 1.0, 30.0]))
                elif fate < 0.8:
                    turn.answered()
                    break
                # else no answer at all
        self.done += 1

    @contextmanager
    def counted(self, installation_id: int) -> Iterator[None]:
        """This function will count the call and hold the counts against what is allowed."""
        self.in_flight[installation_id] = self.in_flight.get(installation_id, 0) + 1
        assert self.in_flight[installation_id] <= AN_INSTALLATION
        assert sum(self.in_flight.values()) <= CONCURRENCY
        try:
            yield
        finally:
            self.in_flight[installation_id] -= 1

    async def run(self) -> None:
        """This function will let all calls loose and give some of them up in the middle."""
        tasks = [asyncio.create_task(self.call(self.dice.randrange(3))) for _ in range(CALLS)]
        await asyncio.sleep(0)
        given_up = [task for task in tasks if self.dice.random() < 0.1]
        for task in given_up:
            task.cancel()
        async with asyncio.timeout(20):
            results = await asyncio.gather(*tasks, return_exceptions=True)
        failures = [one for one in results if isinstance(one, BaseException)]
        assert all(isinstance(one, asyncio.CancelledError) for one in failures)
        assert self.done >= CALLS - len(given_up)
        await self.limits.close()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), paced=st.booleans())
def test_every_call_gets_its_turn(seed: int, *, paced: bool) -> None:
    time = Time()
    tuning = Tuning(
        pace=Pace(write_burst=5, point_burst=20) if paced else None,
        concurrency=CONCURRENCY,
        concurrency_an_installation=AN_INSTALLATION,
        sleep=time.sleep,
        monotonic=time.monotonic,
    )
    crowd = Crowd(Limits(tuning), random.Random(seed))  # noqa: S311 - reproducible dice, no secret
    asyncio.run(crowd.run())
