"""The engine in memory: the same flows, the same stored format, crashes and time under a test's control."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from bot.engine.model import Flow, Intent, Queue, Signal, Start
from bot.engine.recording import failure, outcome, restored, stored, success
from tests.support.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import timedelta

    from typing_extensions import TypeForm

T = TypeVar("T")


class CrashError(BaseException):
    """The process died here; no `except Exception` of a flow sees it."""


@dataclass
class Record:
    """What the engine remembers of one run over crashes."""

    start: Start
    request: str  # JSON
    state: str = "queued"  # queued, running, waiting, done or failed
    results: list[tuple[str, str]] = field(default_factory=list)  # (what, JSON), in order
    error: BaseException | None = None


@dataclass
class Waiting:
    """A run that waits for a signal on a topic (None: for the time alone)."""

    topic: str | None
    deadline: datetime
    woken: asyncio.Future[None]


class InProcessEngine:
    """Runs flows in memory, each partition in the order of its starts.

    `await engine.submit(...)` then `await engine.drain()` runs until every run has ended or waits for a signal or a
    later time. `engine.clock.advance(...)` and another drain let deadlines pass. With `repeat_every_step` each step
    is done twice, its first result lost, as if a crash came right after every outside effect.
    """

    def __init__(
        self, flows: Iterable[Flow], *, clock: Clock | None = None, repeat_every_step: bool = False
    ) -> None:
        self.flows = {flow.name: flow for flow in flows}
        self.clock = clock or Clock()
        self.repeat_every_step = repeat_every_step
        self.runs: dict[str, Record] = {}
        self.dropped: list[Signal] = []
        self.changed = asyncio.Event()
        self._waiting: dict[str, Waiting] = {}
        self._signals: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._seen_keys: set[tuple[str, str]] = set()
        self._crashing: list[str] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def submit(self, intents: Iterable[Intent]) -> None:
        """This function will start and signal what is asked; repeats are no-ops."""
        for intent in intents:
            match intent:
                case Start():
                    self._start(intent)
                case Signal():
                    self._signal(intent)
                case _:
                    assert_never(intent)
        self.changed.set()

    async def drain(self, *, within: float = 20) -> None:
        """This function will run until nothing can go on, and raise the first error of a run."""
        async with asyncio.timeout(within):
            while True:
                self.changed.clear()
                self._wake()
                self._begin()
                if all(run.state != "running" for run in self.runs.values()):
                    break
                await self.changed.wait()
        for run in self.runs.values():
            if run.error is not None:
                error, run.error = run.error, None
                raise error

    def crash_in(self, step: str) -> None:
        """This function will kill the process once, after the next step of this name acted and before its record."""
        self._crashing.append(step)

    @property
    def crashes_due(self) -> tuple[str, ...]:
        """The steps in which the process is still to be killed."""
        return tuple(self._crashing)

    async def restart(self) -> None:
        """This function will kill the process now; the next drain replays every unfinished run from its records."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
        self._waiting.clear()
        for run in self.runs.values():
            if run.state in {"running", "waiting"}:
                run.state = "queued"

    def next_deadline(self) -> datetime | None:
        """This function will say when the next of the waiting runs goes on without a signal."""
        return min((waiting.deadline for waiting in self._waiting.values()), default=None)

    def state_of(self, run_id: str) -> str:
        """This function will say how the run stands: queued, running, waiting, done, failed or unknown."""
        return self.runs[run_id].state if run_id in self.runs else "unknown"

    def dies_after(self, step: str) -> bool:
        """This function will say, once for each `crash_in`, that the process dies after this step acted."""
        if step in self._crashing:
            self._crashing.remove(step)
            return True
        return False

    async def wait(self, run: InProcessRun, topic: str | None, deadline: datetime) -> None:
        """This function will put the run to rest until the signal is recorded or the time has come."""
        waiting = Waiting(topic, deadline, asyncio.get_running_loop().create_future())
        self._waiting[run.id] = waiting
        run.record.state = "waiting"
        self.changed.set()
        await waiting.woken

    def _start(self, start: Start) -> None:
        if start.flow not in self.flows:
            raise LookupError(f"no flow is named {start.flow!r}")
        # As in the durable engine, what failed may be tried again, except a deployment.
        again = self.state_of(start.run_id) == "failed" and start.queue is not Queue.DEPLOYMENTS
        if again or start.run_id not in self.runs:
            self.runs[start.run_id] = Record(start, json.dumps(stored(start.request)))

    def _signal(self, signal: Signal) -> None:
        message = json.dumps(stored(signal.message))
        if signal.run_id not in self.runs:
            self.dropped.append(signal)
        elif (signal.run_id, signal.key) not in self._seen_keys:
            self._seen_keys.add((signal.run_id, signal.key))
            self._signals[signal.run_id, signal.topic].append(message)

    def _wake(self) -> None:
        for run_id, waiting in list(self._waiting.items()):
            messages = self._signals[run_id, waiting.topic] if waiting.topic else []
            if not messages and self.clock() < waiting.deadline:
                continue
            run = self.runs[run_id]
            run.results.append((f"woken {waiting.topic}", messages.pop(0) if messages else "null"))
            run.state = "running"
            del self._waiting[run_id]
            waiting.woken.set_result(None)

    def _begin(self) -> None:
        busy = {
            (run.start.queue, run.start.partition)
            for run in self.runs.values()
            if run.state in {"running", "waiting"}
        }
        for run_id, run in self.runs.items():
            place = (run.start.queue, run.start.partition)
            if run.state == "queued" and place not in busy:
                busy.add(place)
                run.state = "running"
                self._tasks[run_id] = asyncio.create_task(self._play(run), name=run_id)

    async def _play(self, record: Record) -> None:
        flow = self.flows[record.start.flow]
        try:
            request = restored(json.loads(record.request), flow.request)
            await flow.story(InProcessRun(self, record), request)
            record.state = "done"
        except CrashError:
            record.state = "queued"
        except Exception as error:  # noqa: BLE001 - handed to the test by drain()
            record.state, record.error = "failed", error
        finally:
            self.changed.set()


class InProcessRun:
    """One execution of a flow, replayed from its record where there is one."""

    def __init__(self, engine: InProcessEngine, record: Record) -> None:
        self.record = record
        self._engine = engine
        self._position = 0

    @property
    def id(self) -> str:
        """The run id, the same over all crashes and restarts."""
        return self.record.start.run_id

    async def step(self, name: str, action: Callable[[], Awaitable[T]], returns: TypeForm[T]) -> T:
        """This function will do the action, or give its recorded result."""
        if not self._is_recorded(f"step {name}"):
            result = await self._act(action)
            if self._engine.repeat_every_step:
                result = await self._act(action)
            if self._engine.dies_after(name):
                raise CrashError(name)
            self._remember(f"step {name}", result)
        return outcome(self._next(), returns)

    async def wait(self, topic: str, *, timeout: timedelta, returns: TypeForm[T]) -> T | None:  # noqa: ASYNC109 - a durable deadline
        """This function will wait for the next signal on the topic, or None at the durable deadline."""
        message = await self._rest(topic, timeout)
        return None if message is None else restored(message, returns)

    async def sleep(self, duration: timedelta) -> None:
        """This function will wait until the duration, counted from its first call, is over."""
        await self._rest(None, duration)

    async def send(self, intent: Intent) -> None:
        """This function will start or signal another run, once."""
        if not self._is_recorded("send"):
            await self._engine.submit([intent])
            self._remember("send", None)
        self._next()

    async def now(self) -> datetime:
        """This function will return the time at which this line was first reached."""
        return restored(self._time_of("now"), datetime)

    async def patched(self, change: str) -> bool:
        """This function will say whether the run came here after the change."""
        results, what = self.record.results, f"patch {change}"
        if self._position < len(results) and results[self._position][0] != what:
            return False
        if self._position == len(results):
            self._remember(what, None)
        self._next()
        return True

    async def _rest(self, topic: str | None, duration: timedelta) -> Any:
        began = restored(self._time_of(f"wait {topic}"), datetime)
        if not self._is_recorded(f"woken {topic}"):
            await self._engine.wait(self, topic, began + duration)
        return self._next()

    def _time_of(self, what: str) -> Any:
        if not self._is_recorded(what):
            self._remember(what, stored(self._engine.clock()))
        return self._next()

    async def _act(self, action: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        try:
            return success(await action())
        except Exception as error:  # noqa: BLE001 - recorded, and raised again from the record
            return failure(error)

    def _is_recorded(self, what: str) -> bool:
        if self._position == len(self.record.results):
            return False
        recorded = self.record.results[self._position][0]
        if recorded != what:
            raise AssertionError(f"{self.id} is not repeatable: it did {recorded!r} before, now {what!r}")
        return True

    def _remember(self, what: str, value: object) -> None:
        self.record.results.append((what, json.dumps(value)))

    def _next(self) -> Any:
        self._position += 1
        return json.loads(self.record.results[self._position - 1][1])
