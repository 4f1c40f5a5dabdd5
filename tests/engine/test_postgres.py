"""The durable engine on PostgreSQL, with several workers."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.engine.model import Signal, Start
from tests.support.stories import Effects, Task, engine_for, engine_process
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.engine.durable import Engine

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.postgres


async def all_done(engine: Engine, run_ids: list[str]) -> bool:
    return not await engine.unfinished(run_ids)


async def test_two_workers_share_the_work_and_one_recovers_what_the_other_left(
    postgres_url: str, tmp_path: Path
) -> None:
    """A live worker's runs are left alone; a killed one's go on elsewhere once its lease is over."""
    effects = Effects(tmp_path / "effects")
    starts = [
        Start(
            flow="steps", run_id=f"r{n:03}", request=Task(number=n, pause_ms=100), partition=f"a/b#{n % 20}"
        )
        for n in range(60)
    ]
    run_ids = [each.run_id for each in starts]
    async with engine_for(postgres_url, effects, version="here") as engine:
        async with engine_process(postgres_url, effects, "there"):
            await engine.submit_batch([(n, [each]) for n, each in enumerate(starts)])
            await until(lambda: any(line[2] == "there" for line in effects.lines()))
        await until(partial(all_done, engine, run_ids))
    done = Counter((line[0], line[1]) for line in effects.lines())
    assert set(done) == {(name, run_id) for name in ("first", "second", "third") for run_id in run_ids}
    assert sum(done.values()) - len(done) <= 20  # only what the kill interrupted was repeated
    assert {line[2] for line in effects.lines()} == {"here", "there"}
    for partition in range(20):
        order = [line[1] for line in effects.lines() if int(line[1][1:]) % 20 == partition]
        assert order == sorted(order)


async def test_a_signal_reaches_a_run_of_another_worker(postgres_url: str, tmp_path: Path) -> None:
    effects = Effects(tmp_path / "effects")
    async with engine_process(postgres_url, effects):
        async with engine_for(postgres_url, effects) as engine:
            await engine.submit([Start(flow="approval", run_id="w1", request=Task(number=1), partition="p")])
            await until(partial(effects.has, 1))
        async with engine_for(postgres_url, effects) as engine:
            await engine.submit([Signal(run_id="w1", topic="approval", message="ann", key="k")])
            await until(partial(all_done, engine, ["w1"]))
    assert [line[0] for line in effects.lines()] == ["ask", "apply"]
