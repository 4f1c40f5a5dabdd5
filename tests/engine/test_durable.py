"""The durable engine in one process."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.engine.durable_store import DurableStore, EngineBusyError
from bot.engine.model import Queue, Signal, Start
from tests.support.stories import LIMITS, Effects, Task, engine_for
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.engine.durable import Engine


def start(
    run_id: str, flow: str = "steps", *, partition: str = "a/b#1", queue: Queue = Queue.EVENTS
) -> Start:
    return Start(flow=flow, run_id=run_id, request=Task(number=7), partition=partition, queue=queue)


@pytest.fixture
def effects(tmp_path: Path) -> Effects:
    return Effects(tmp_path / "effects")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/bot.db"


async def ended(engine: Engine, *run_ids: str) -> None:
    async def all_ended() -> bool:
        return not await engine.unfinished(run_ids)

    await until(all_ended)


async def test_a_repeated_start_acts_once(url: str, effects: Effects) -> None:
    async with engine_for(url, effects) as engine:
        await engine.submit([start("r1"), start("r1")])
        await engine.submit([start("r1")])
        await ended(engine, "r1")
        await engine.submit([start("r1")])
        assert await engine.state_of("r1") == "done"
        assert await engine.state_of("unknown") == "unknown"
    assert [line[0] for line in effects.lines()] == ["first", "second", "third"]


async def test_a_partition_keeps_the_order_of_acceptance(url: str, effects: Effects) -> None:
    """One run at a time within a pull request, by sequence, although all were submitted at once, backwards."""
    run_ids = [f"r{number:02}" for number in range(20)]
    async with engine_for(url, effects) as engine:
        batch = [(number, [start(run_id)]) for number, run_id in enumerate(run_ids)]
        await engine.submit_batch(batch[::-1])
        await ended(engine, *run_ids)
    assert [line[1] for line in effects.lines()] == [run_id for run_id in run_ids for _ in range(3)]


async def test_partitions_run_beside_each_other(url: str, effects: Effects) -> None:
    async with engine_for(url, effects) as engine:
        await engine.submit([start("w1", "approval", partition="a"), start("w2", "approval", partition="b")])
        await until(lambda: len(effects.lines()) == 2)
        assert {line[1] for line in effects.lines()} == {"w1", "w2"}


async def test_an_approval_wakes_the_waiting_run_at_once(url: str, effects: Effects) -> None:
    """Signals are not polled for: this guards the private call that wakes the waiting run."""
    async with engine_for(url, effects) as engine:
        await engine.submit([start("w1", "approval")])
        await until(lambda: bool(effects.lines()))
        signal = Signal(run_id="w1", topic="approval", message="ann", key="comment-1")
        began = asyncio.get_running_loop().time()
        await engine.submit([signal, Signal(run_id="gone", topic="approval", message="ann", key="comment-1")])
        await engine.submit([signal])
        await ended(engine, "w1")
        assert asyncio.get_running_loop().time() - began < 0.4  # the library polls every 0.5 s
    assert [line[2] for line in effects.lines() if line[0] == "apply"] == ["ann/1"]


async def test_a_signal_sent_before_the_wait_is_not_lost(url: str, effects: Effects) -> None:
    async with engine_for(url, effects) as engine:
        await engine.submit(
            [start("w1", "approval"), Signal(run_id="w1", topic="approval", message="early", key="k")]
        )
        await ended(engine, "w1")
    assert effects.lines()[-1] == ["apply", "w1", "early/1"]


async def test_a_wait_ends_at_its_deadline(url: str, effects: Effects) -> None:
    async with engine_for(url, effects) as engine:
        request = Task(number=1, pause_ms=20)
        await engine.submit([Start(flow="deadline", run_id="d1", request=request, partition="p")])
        await ended(engine, "d1")
    assert effects.lines() == [["over", "d1", "None"]]


async def test_a_run_starts_another_and_sleeps(url: str, effects: Effects) -> None:
    async with engine_for(url, effects) as engine:
        await engine.submit([start("p1", "parent")])
        await until(lambda: len(effects.lines()) == 4)
        await ended(engine, "p1", "p1-child")
    kinds = Counter(line[0] for line in effects.lines())
    assert kinds == {"first": 1, "second": 1, "third": 1, "sent": 1}


async def test_a_failed_run_is_counted_and_may_be_started_again(url: str, effects: Effects) -> None:
    async with engine_for(url, effects) as engine:
        await engine.submit([start("b1", "broken")])
        await ended(engine, "b1")
        assert await engine.state_of("b1") == "failed"
        assert engine.counts["broken", "failed"] == 1
    async with engine_for(url, effects, version="2") as engine:
        await engine.submit([start("b1", "broken")])
        await ended(engine, "b1")
        assert await engine.state_of("b1") == "done"
    assert len(effects.lines()) == 2


async def test_a_failed_deployment_is_not_started_again(url: str, effects: Effects) -> None:
    async with engine_for(url, effects) as engine:
        deployment = start("b1", "broken", queue=Queue.DEPLOYMENTS)
        await engine.submit([deployment])
        await ended(engine, "b1")
        await engine.submit([deployment])
        assert await engine.state_of("b1") == "failed"
    assert len(effects.lines()) == 1


async def test_an_unknown_flow_is_refused_and_nothing_of_its_transaction_stays(
    url: str, effects: Effects
) -> None:
    async with engine_for(url, effects) as engine:
        with pytest.raises(LookupError, match="no flow is named 'nothing'"):
            await engine.submit([start("r1"), start("r2", "nothing")])
        assert await engine.state_of("r1") == "unknown"


async def test_one_worker_has_a_sqlite_file(url: str, effects: Effects) -> None:
    async with engine_for(url, effects):
        with pytest.raises(EngineBusyError, match="Another Pilothouse worker"):
            DurableStore(url).open()


async def test_a_stop_parks_what_waits_and_the_next_start_goes_on(url: str, effects: Effects) -> None:
    """Changed application code does not strand a run that began under the old one."""
    async with engine_for(url, effects, version="1") as engine:
        await engine.submit([start("w1", "approval", queue=Queue.DEPLOYMENTS)])
        await until(lambda: bool(effects.lines()))
    async with engine_for(url, effects, version="2") as engine:
        assert await engine.state_of("w1") in {"running", "queued"}
        await engine.submit([Signal(run_id="w1", topic="approval", message="ann", key="k")])
        await ended(engine, "w1")
    assert effects.lines() == [["ask", "w1", "1"], ["apply", "w1", "ann/2"]]


async def test_ended_runs_are_forgotten_and_unfinished_ones_are_not(url: str, effects: Effects) -> None:
    limits = replace(LIMITS, upkeep=replace(LIMITS.upkeep, age=timedelta(seconds=-1)))
    async with engine_for(url, effects, limits=limits) as engine:
        await engine.submit([start("r1"), start("r2", partition="x"), start("w1", "approval", partition="y")])
        await ended(engine, "r1", "r2")
        await engine.forget_ended()
        assert await engine.state_of("r1") == "unknown"
        assert await engine.state_of("w1") == "running"


async def test_the_newest_ended_runs_are_kept_up_to_a_number(url: str, effects: Effects) -> None:
    limits = replace(LIMITS, upkeep=replace(LIMITS.upkeep, most=3))
    async with engine_for(url, effects, limits=limits) as engine:
        run_ids = [f"r{number}" for number in range(8)]
        await engine.submit([start(run_id) for run_id in run_ids])
        await ended(engine, *run_ids)
        await engine.forget_ended()
        states = Counter([await engine.state_of(run_id) for run_id in run_ids])
        assert states == {"done": 3, "unknown": 5}


async def test_the_clock_heaps_nothing_up(url: str, effects: Effects) -> None:
    """A sweep that waits will see what a later one would have seen; one that runs may have passed it already."""
    async with engine_for(url, effects) as engine:
        slow = Start(
            flow="steps",
            run_id="c1",
            request=Task(number=7, pause_ms=300),
            partition="sweep",
            queue=Queue.CLOCK,
            covers_later=True,
        )
        await engine.submit([slow])
        await until(partial(effects.has, 1))
        for run_id in ("c2", "c3", "c4"):
            await engine.submit([replace(slow, run_id=run_id)])
        # What asks for something of its own is not dropped, although it waits in the same partition.
        await engine.submit([replace(slow, run_id="own", covers_later=False)])
        await ended(engine, "c1", "c2", "own")
        states = [await engine.state_of(run_id) for run_id in ("c1", "c2", "c3", "c4", "own")]
        assert states == ["done", "done", "unknown", "unknown", "done"]
