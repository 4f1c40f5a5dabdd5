"""The engine in memory keeps the promises that flow tests rely on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.model import Flow, Queue, Run, Signal, Start
from bot.engine.recording import StepFailedError
from tests.support.engine import InProcessEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the flows of these tests are asked."""

    number: int
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


def start(
    run_id: str, *, flow: str = "flow", partition: str = "a/b#1", request: object | None = None
) -> Start:
    return Start(flow=flow, run_id=run_id, request=request or Request(number=1), partition=partition)


async def test_a_crash_repeats_the_interrupted_step_only() -> None:
    acted: list[str] = []

    async def act(name: str) -> str:
        acted.append(name)
        return name.upper()

    async def story(run: Run, request: Request) -> None:
        assert request.at == datetime(2026, 1, 1, tzinfo=UTC)
        assert await run.step("one", lambda: act("one"), str) == "ONE"
        assert await run.step("two", lambda: act("two"), str) == "TWO"

    engine = InProcessEngine([Flow(name="flow", request=Request, story=story)])
    engine.crash_in("two")
    await engine.submit([start("r1"), start("r1")])
    await engine.drain()
    assert acted == ["one", "two", "two"]
    assert engine.state_of("r1") == "done"


async def test_an_approval_wakes_a_waiting_run_even_after_a_restart() -> None:
    heard: list[int | None] = []

    async def story(run: Run, _request: Request) -> None:
        heard.append(await run.wait("approval", timeout=timedelta(days=3), returns=int))

    engine = InProcessEngine([Flow(name="flow", request=Request, story=story)])
    await engine.submit([start("r1")])
    await engine.drain()
    assert engine.state_of("r1") == "waiting"
    await engine.restart()
    signal = Signal(run_id="r1", topic="approval", message=7, key="c9")
    await engine.submit([signal, signal, Signal(run_id="gone", topic="approval", message=1, key="c9")])
    await engine.drain()
    assert heard == [7]
    assert [dropped.run_id for dropped in engine.dropped] == ["gone"]


async def test_a_wait_ends_at_its_durable_deadline() -> None:
    heard: list[int | None] = []

    async def story(run: Run, _request: Request) -> None:
        heard.append(await run.wait("approval", timeout=timedelta(hours=1), returns=int))

    engine = InProcessEngine([Flow(name="flow", request=Request, story=story)])
    await engine.submit([start("r1")])
    await engine.drain()
    engine.clock.advance(timedelta(minutes=59))
    await engine.restart()
    await engine.drain()
    assert heard == []
    engine.clock.advance(timedelta(minutes=2))
    await engine.drain()
    assert heard == [None]


async def test_one_partition_runs_one_at_a_time_in_order() -> None:
    order: list[str] = []

    async def story(run: Run, _request: Request) -> None:
        order.append(run.id)
        await run.wait("go", timeout=timedelta(hours=1), returns=int)
        order.append(f"{run.id} ended")

    engine = InProcessEngine([Flow(name="flow", request=Request, story=story)])
    await engine.submit([start("r1"), start("r2"), start("r3", partition="a/b#2")])
    await engine.drain()
    assert order == ["r1", "r3"]
    await engine.submit([Signal(run_id="r1", topic="go", message=1, key="k")])
    await engine.drain()
    assert order == ["r1", "r3", "r1 ended", "r2"]


async def test_a_failure_of_a_step_is_the_same_live_and_replayed() -> None:
    kinds: list[str] = []

    async def fail() -> int:
        raise ValueError("broken")

    async def story(run: Run, _request: Request) -> None:
        try:
            await run.step("fail", fail, int)
        except StepFailedError as error:
            kinds.append(error.kind)
        await run.step("after", _nothing, type(None))

    engine = InProcessEngine([Flow(name="flow", request=Request, story=story)])
    engine.crash_in("after")
    await engine.submit([start("r1")])
    await engine.drain()
    assert kinds == ["ValueError", "ValueError"]


async def test_a_result_that_cannot_be_stored_fails_the_run() -> None:
    async def give() -> object:
        return object()

    async def story(run: Run, _request: Request) -> None:
        await run.step("give", give, object)

    engine = InProcessEngine([Flow(name="flow", request=Request, story=story)])
    await engine.submit([start("r1")])
    with pytest.raises(StepFailedError, match="TypeError"):
        await engine.drain()
    assert engine.state_of("r1") == "failed"


async def test_every_step_can_be_repeated() -> None:
    acted: list[int] = []

    async def act() -> None:
        acted.append(1)

    async def story(run: Run, _request: Request) -> None:
        await run.step("act", act, type(None))
        await run.send(start("child", flow="child", partition="x"))

    async def child(run: Run, _request: Request) -> None:
        await run.sleep(timedelta(seconds=5))

    flows = [
        Flow(name="flow", request=Request, story=story),
        Flow(name="child", request=Request, story=child),
    ]
    engine = InProcessEngine(flows, repeat_every_step=True)
    await engine.submit([start("r1")])
    await engine.drain()
    assert acted == [1, 1]
    assert engine.state_of("child") == "waiting"
    assert engine.runs["child"].start.queue is Queue.EVENTS


async def _nothing() -> None:
    return None
