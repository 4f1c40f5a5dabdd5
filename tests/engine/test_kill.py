"""`kill -9` loses nothing: what had begun goes on in the next process, in its old order."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.engine.model import Queue, Signal, Start
from tests.support.stories import Effects, Task, engine_for, engine_process
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover


def steps(number: int, *, partition: str) -> Start:
    request = Task(number=number, pause_ms=5)
    return Start(flow="steps", run_id=f"r{number:03}", request=request, partition=partition)


async def test_three_kills_lose_nothing_and_keep_the_order(tmp_path: Path) -> None:
    url, effects = f"sqlite:///{tmp_path}/bot.db", Effects(tmp_path / "effects")
    starts = [steps(number, partition=f"a/b#{number % 4}") for number in range(80)]
    async with engine_for(url, effects) as engine:
        await engine.submit_batch([(number, [each]) for number, each in enumerate(starts)])
    for enough in (45, 90, 135):
        async with engine_process(url, effects):
            await until(partial(effects.has, enough))
    async with engine_for(url, effects) as engine:
        run_ids = [each.run_id for each in starts]

        async def all_done() -> bool:
            return not await engine.unfinished(run_ids)

        await until(all_done)
        assert {await engine.state_of(run_id) for run_id in run_ids} == {"done"}
    done = Counter((line[0], line[1]) for line in effects.lines())
    assert set(done) == {(name, run_id) for name in ("first", "second", "third") for run_id in run_ids}
    assert max(done.values()) <= 4  # a step is repeated only by the kill that interrupted it
    for partition in range(4):
        order = [line[1] for line in effects.lines() if int(line[1][1:]) % 4 == partition]
        assert order == sorted(order)


async def test_a_waiting_approval_survives_a_kill_and_new_code(tmp_path: Path) -> None:
    url, effects = f"sqlite:///{tmp_path}/bot.db", Effects(tmp_path / "effects")
    waiting = Start(
        flow="approval", run_id="w1", request=Task(number=1), partition="a/b:prod", queue=Queue.DEPLOYMENTS
    )
    behind = Start(
        flow="approval", run_id="w2", request=Task(number=1), partition="a/b:prod", queue=Queue.DEPLOYMENTS
    )
    async with engine_for(url, effects) as engine:
        await engine.submit_batch([(1, [waiting]), (2, [behind])])
    async with engine_process(url, effects, "1"):
        await until(lambda: bool(effects.lines()))
    async with engine_for(url, effects, version="2") as engine:
        await engine.submit([Signal(run_id="w1", topic="approval", message="ann", key="k")])
        await until(lambda: effects.lines()[-1][1] == "w2")
    lines = effects.lines()
    assert lines[0] == ["ask", "w1", "1"]
    assert lines[-2:] == [["apply", "w1", "ann/2"], ["ask", "w2", "2"]]
