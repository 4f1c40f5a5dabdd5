"""Flows for the tests of the durable engine, and a process that runs them and can be killed.

As a program: `python -m tests.support.stories DATABASE_URL EFFECTS_FILE VERSION` runs an engine until it is killed; it
prints `ready` when it is open. Each effect is one line `kind run-id detail` in the effects file.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.engine.durable import Engine, EngineLimits
from bot.engine.durable_keeper import Upkeep
from bot.engine.model import Flow, Run, Start

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a test asks of a flow."""

    number: int
    pause_ms: int = 0


class Effects:
    """The outside world of the tests: a file that survives."""

    def __init__(self, path: Path | str) -> None:
        self.path = path

    def add(self, kind: str, run_id: str, detail: object = "") -> None:
        """This function will write the effect down at once, however the process ends."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, f"{kind} {run_id} {detail}\n".encode())
        os.close(descriptor)

    def lines(self) -> list[list[str]]:
        """This function will read what happened, in order."""
        with contextlib.suppress(FileNotFoundError), open(self.path, encoding="utf-8") as file:  # noqa: PTH123 - a file or its name
            return [line.split() for line in file]
        return []

    def has(self, number: int) -> bool:
        """This function will say whether so many things have happened."""
        return len(self.lines()) >= number


@dataclass(frozen=True, slots=True)
class Told:
    """The stories; `version` stands for changed application code."""

    effects: Effects
    version: str

    async def steps(self, run: Run, task: Task) -> None:
        """This function will do three steps."""
        for name in ("first", "second", "third"):
            assert await run.step(name, partial(self._slowly, name, run.id, task), int) == task.number

    async def approval(self, run: Run, _task: Task) -> None:
        """This function will wait for a person between two steps."""
        await run.step("ask", partial(self._add, "ask", run.id, self.version), type(None))
        answer = await run.wait("approval", timeout=timedelta(days=3), returns=str)
        await run.step("apply", partial(self._add, "apply", run.id, f"{answer}/{self.version}"), type(None))

    async def amended(self, run: Run, _task: Task) -> None:
        """This function will, from version 2 on, look again before it waits and once more after it."""
        await run.step("ask", partial(self._add, "ask", run.id, self.version), type(None))
        if self.version != "1" and await run.patched("look before the wait"):
            await run.step("look", partial(self._add, "look", run.id, self.version), type(None))
        answer = await run.wait("approval", timeout=timedelta(days=3), returns=str)
        if self.version != "1" and await run.patched("look after the wait"):
            await run.step("look", partial(self._add, "looked", run.id, self.version), type(None))
        await run.step("apply", partial(self._add, "apply", run.id, f"{answer}/{self.version}"), type(None))

    async def deadline(self, run: Run, task: Task) -> None:
        """This function will wait in vain."""
        answer = await run.wait("never", timeout=timedelta(milliseconds=task.pause_ms), returns=str)
        await run.step("over", partial(self._add, "over", run.id, answer), type(None))

    async def parent(self, run: Run, task: Task) -> None:
        """This function will start another run and look at the clock."""
        child = f"{run.id}-child"
        await run.send(Start(flow="steps", run_id=child, request=task, partition=child))
        await run.sleep(timedelta(milliseconds=task.pause_ms))
        at = await run.now()
        await run.step("sent", partial(self._add, "sent", run.id, at.isoformat()), type(None))

    async def broken(self, run: Run, task: Task) -> None:
        """This function will fail in version 1."""
        await run.step("try", partial(self._add, "try", run.id), type(None))
        if self.version == "1":
            raise RuntimeError(f"broken {task.number}")

    async def _slowly(self, name: str, run_id: str, task: Task) -> int:
        await asyncio.sleep(task.pause_ms / 1000)
        self.effects.add(name, run_id, self.version)
        return task.number

    async def _add(self, kind: str, run_id: str, detail: object = "") -> None:
        self.effects.add(kind, run_id, detail)


def flows(effects: Effects, version: str = "1") -> tuple[Flow, ...]:
    """This function will make the test flows; `version` stands for changed application code."""
    told = Told(effects, version)
    stories = {
        "steps": told.steps,
        "approval": told.approval,
        "amended": told.amended,
        "deadline": told.deadline,
        "parent": told.parent,
        "broken": told.broken,
    }
    return tuple(Flow(name=name, request=Task, story=story) for name, story in stories.items())


# A dead worker is noticed soon, so that tests need not wait; one worker leaves work for another.
LIMITS = EngineLimits(
    events=10,
    stop_seconds=2,
    signal_poll_seconds=0.5,
    upkeep=Upkeep(lease=timedelta(seconds=2), age=timedelta(days=4), most=100_000),
)


def engine_for(url: str, effects: Effects, *, version: str = "1", limits: EngineLimits = LIMITS) -> Engine:
    """This function will make an engine that runs the test flows."""
    return Engine(url, flows(effects, version), clock=lambda: datetime.now(UTC), limits=limits)


@asynccontextmanager
async def engine_process(
    url: str, effects: Effects, version: str = "1"
) -> AsyncIterator[asyncio.subprocess.Process]:
    """This function will run an engine in a process of its own and kill it, as `kill -9` does, at the block's end."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.stories",
        url,
        str(effects.path),
        version,
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout is not None
    try:
        async with asyncio.timeout(30):
            while b"ready" not in (line := await running.stdout.readline()):
                assert line, "the engine's process ended"
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGKILL)
        await running.communicate()


async def _run_until_killed(url: str, path: str, version: str) -> None:
    async with engine_for(url, Effects(path), version=version):
        print("ready", flush=True)  # noqa: T201 - told to the test
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_run_until_killed(*sys.argv[1:4]))
