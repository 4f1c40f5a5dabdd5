"""A million finished runs: acceptance and pick-up beside an empty database, and how fast they are forgotten."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from bot.engine.durable import Engine, EngineLimits
from bot.engine.durable_keeper import Upkeep
from bot.engine.model import Flow, Queue, Start
from bot.storage.inbox import Delivery
from bot.storage.inbox_choice import inbox_at
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.storage.inbox import Inbox

_FULL = 1_000_000
_MOST_SLOWER = 1.10
_BODY = b'{"action":"created","padding":"' + b"x" * 8_000 + b'"}'
_STEPS = 3
_REST = 0.1  # seconds: a queue that was looked into a moment ago is not looked into at once
_FOREVER = Upkeep(lease=timedelta(seconds=30), age=timedelta(days=4), most=10 * _FULL)

# As the library leaves a run that ended: its status, what it was given and gave, and its steps.
_RUNS = """
with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n + 1 < {number})
insert into workflow_status (workflow_uuid, status, name, created_at, updated_at, priority, queue_name,
  queue_partition_key, executor_id, recovery_attempts)
select 'old-' || n, 'SUCCESS', 'pick_up', 1, 1 + n, n, 'events', 'owner' || (n % 1000) || '#1', 'gone', 1 from numbers
"""
_INPUTS = """
insert into workflow_input (workflow_uuid, inputs)
select workflow_uuid, '{}' from workflow_status where executor_id = 'gone'
"""
_STEP = (
    "insert into operation_outputs (workflow_uuid, function_id, function_name, output) "
    "select workflow_uuid, {step}, 'step', '{{}}' from workflow_status where executor_id = 'gone'"
)
_DELIVERIES = """
with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n + 1 < {number})
insert into inbox (guid, event, action, installation_id, accepted_at, state)
select 'old-' || n, 'issue_comment', 'created', n % 50, 1, 'done' from numbers
"""


@dataclass(frozen=True, slots=True)
class Picked:
    """What a run is asked for."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast it goes: medians, in milliseconds."""

    accept: float  # 64 at once, until all are durable
    pick_up: float  # from the submission of a run to its first line
    run: float  # CPU of a whole run

    def times(self, other: Pace) -> Pace:
        """This function will say how many times the other's each value is."""
        return Pace(
            accept=self.accept / other.accept,
            pick_up=self.pick_up / other.pick_up,
            run=self.run / other.run,
        )


def measure(*, short: bool) -> list[Figure]:
    """This function will measure before and after the runs of the past are put into the tables."""
    return uvloop.run(_measure(number=5_000 if short else _FULL, rounds=10 if short else 150, short=short))


async def _measure(*, number: int, rounds: int, short: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/pilothouse.db"
        inbox = inbox_at(url, clock=lambda: datetime.now(UTC))
        inbox.open()
        begun: dict[int, float] = {}
        async with _engine(url, begun, _FOREVER) as engine:
            await _pace(engine, inbox, begun, 5)  # what is made once is made now
            empty = await _pace(engine, inbox, begun, rounds)
            await asyncio.to_thread(_fill, folder, number)
            full = await _pace(engine, inbox, begun, rounds)
        size = _size(folder)
        forgotten, seconds = await _forget(url, number)
        inbox.close()
    times = full.times(empty)
    told = f"{number:,} finished runs"
    return [
        *(
            Figure(
                name=f"{what}, with {told}",
                value=value,
                unit="ms",
                floor=f"{ratio:.2f} x with none: {before:.2f} ms",
                goal=f"≤ {_MOST_SLOWER} x",
                met=None if short else ratio <= _MOST_SLOWER,
            )
            for what, value, ratio, before in (
                ("64 deliveries accepted", full.accept, times.accept, empty.accept),
                ("a run picked up", full.pick_up, times.pick_up, empty.pick_up),
                ("CPU of a run of three steps", full.run, times.run, empty.run),
            )
        ),
        Figure(name="database files", value=size, unit="MB", floor=told),
        Figure(
            name="forgotten by retention",
            value=forgotten / seconds,
            unit="runs/s",
            floor=f"{forgotten:,} with their {_STEPS} steps each in {seconds:.0f} s",
        ),
    ]


def _engine(url: str, begun: dict[int, float], upkeep: Upkeep) -> Engine:
    async def pick_up(run: Run, request: Picked) -> None:
        begun[request.number] = time.perf_counter()

        async def step() -> int:
            return 1

        for number in range(_STEPS):
            await run.step(f"step {number}", step, int)

    flow = Flow(name="pick_up", request=Picked, story=pick_up)
    limits = replace(EngineLimits(), upkeep=upkeep)
    return Engine(url, [flow], clock=lambda: datetime.now(UTC), limits=limits)


async def _pace(engine: Engine, inbox: Inbox, begun: dict[int, float], rounds: int) -> Pace:
    accepted, picked, used = [], [], []
    ended = asyncio.Event()
    engine.watch(ended.set)
    first = len(begun)
    for number in range(first, first + rounds):
        began = time.perf_counter()
        await asyncio.gather(*(inbox.put(_delivery(f"{number}-{each}")) for each in range(64)))
        accepted.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(_REST)
        at, spent = time.perf_counter(), time.process_time()
        run = f"run-{number}"
        start = Start(flow="pick_up", run_id=run, request=Picked(number), partition=run, queue=Queue.EVENTS)
        await engine.submit([start])
        await ended.wait()
        ended.clear()
        picked.append(1000 * (begun[number] - at))
        used.append(1000 * (time.process_time() - spent))
    return Pace(
        accept=statistics.median(accepted), pick_up=statistics.median(picked), run=statistics.median(used)
    )


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


def _delivery(guid: str) -> Delivery:
    return Delivery(guid=guid, event="issue_comment", action="created", installation_id=1, body=_BODY)


def _fill(folder: Path, number: int) -> None:
    with closing(sqlite3.connect(folder / "pilothouse-engine.db", timeout=60)) as engine, engine:
        engine.execute(_RUNS.format(number=number))
        engine.execute(_INPUTS)
        for step in range(1, _STEPS + 1):
            engine.execute(_STEP.format(step=step))
    with closing(sqlite3.connect(folder / "pilothouse-inbox.db", timeout=60)) as inbox, inbox:
        inbox.execute(_DELIVERIES.format(number=number))


async def _forget(url: str, number: int) -> tuple[int, float]:
    """As the keeper does, until few are left; a fiftieth of a million says how fast."""
    keep = number - max(1_000, number // 50)
    upkeep = replace(_FOREVER, age=timedelta(days=36_500), most=keep)
    async with _engine(url, {}, upkeep) as engine:
        began = time.perf_counter()
        return await engine.forget_ended(), time.perf_counter() - began


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_million", measure(short="--short" in sys.argv))
