"""One durable execution of a flow, as the flow sees it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from dbos import DBOS
from dbos._context import get_local_dbos_context
from dbos._dbos import _get_dbos_instance

from bot.engine.recording import failure, outcome, restored, stored, success

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import timedelta

    from typing_extensions import TypeForm

    from bot.engine.context import Teller
    from bot.engine.model import Intent

T = TypeVar("T")


@dataclass(slots=True)
class Running:
    """What all runs of one engine share: whether steps may still begin, and how many are under way."""

    parked: bool = False
    steps: int = 0
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    async def enter(self) -> None:
        """This function will count a step in, or hold it for ever where the engine is about to stop."""
        if self.parked:
            await asyncio.get_running_loop().create_future()
        self.steps += 1

    def leave(self) -> None:
        """This function will count a step out."""
        self.steps -= 1
        if self.steps == 0:
            self.idle.set()

    async def park(self, seconds: float) -> None:
        """This function will let no further step begin and give those under way some time to end."""
        self.parked = True
        self.idle.clear()
        if self.steps:
            try:
                async with asyncio.timeout(seconds):
                    await self.idle.wait()
            except TimeoutError:
                return


class DurableRun:
    """A run whose steps are recorded by the engine library."""

    def __init__(
        self,
        run_id: str,
        *,
        running: Running,
        submit: Callable[[Iterable[Intent]], Awaitable[None]],
        teller: Teller,
    ) -> None:
        self._id = run_id
        self._running = running
        self._submit = submit
        self._teller = teller

    @property
    def id(self) -> str:
        """The run id, the same over all crashes and restarts."""
        return self._id

    async def step(self, name: str, action: Callable[[], Awaitable[T]], returns: TypeForm[T]) -> T:
        """This function will do the action at least once and remember its result for ever after."""

        async def act() -> dict[str, Any]:
            try:
                with self._teller.step(name):
                    return success(await action())
            except Exception as error:  # noqa: BLE001 - recorded, and raised again from the record
                return failure(error)

        await self._running.enter()
        try:
            record = await DBOS.run_step_async({"name": name}, act)
        finally:
            self._running.leave()
        return outcome(record, returns)

    async def wait(self, topic: str, *, timeout: timedelta, returns: TypeForm[T]) -> T | None:  # noqa: ASYNC109 - a durable deadline
        """This function will wait for the next signal on the topic, or None at the durable deadline."""
        message = await DBOS.recv_async(topic, timeout_seconds=timeout.total_seconds())
        return None if message is None else restored(message["message"], returns)

    async def sleep(self, duration: timedelta) -> None:
        """This function will wait until the duration, counted from its first call, is over."""
        await DBOS.sleep_async(duration.total_seconds())

    async def send(self, intent: Intent) -> None:
        """This function will start or signal another run, once."""
        await self.step("send", lambda: self._submit([intent]), type(None))

    async def now(self) -> datetime:
        """This function will return the time (UTC) at which this line was first reached."""

        async def read() -> datetime:
            return self._teller.clock()

        return restored(stored(await self.step("now", read, datetime)), datetime)

    async def patched(self, change: str) -> bool:
        """This function will say whether the run takes the changed way: it came here after the change."""
        if await asyncio.to_thread(_waits_here, self._id, position()):
            return False
        return await DBOS.patch_async(change)


def position() -> int:
    """This function will say at which of its recorded calls the run will be next."""
    context = get_local_dbos_context()
    assert context is not None, "only a run asks"  # noqa: S101 - for the type checker
    return context.function_id + 1


def _waits_here(run_id: str, place: int) -> bool:
    """A wait is recorded when it ends, its deadline behind it when it begins: the library overlooks who waits."""
    # The library asks the same of the place itself; a test guards the private call.
    recorded = _get_dbos_instance()._sys_db.get_checkpoint_name  # noqa: SLF001 - see above
    names = [recorded(workflow_id=run_id, function_id=each) for each in (place, place + 1)]
    return names[0] is None and names[1] is not None
