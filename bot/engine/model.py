"""What a flow sees of the engine, and what a handler may ask of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable  # noqa: TC003 - part of the public signatures
from dataclasses import dataclass, field
from datetime import datetime, timedelta  # noqa: TC003
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from typing_extensions import TypeForm

T = TypeVar("T")


class Queue(StrEnum):
    """Where a run waits its turn; within a queue, one partition runs one run at a time."""

    EVENTS = "events"  # partition: owner/name#number
    # What waits for workflow runs; partition: owner/name:environment, owner/name@base of a train, owner/name!tag.
    DEPLOYMENTS = "deployments"
    CLOCK = "clock"  # partition: the schedule's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a run came of: told in logs and traces, never decided by."""

    root: str  # what all runs of one cause share: the GUID of the delivery, or the id of the first run
    delivery: str = ""  # its GUID; empty where the clock was the cause
    parent: str = ""  # the name of the work that asked for the run
    at: datetime | None = None  # when it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Begin a run of a flow; a second start with the same run id is a no-op, unless the first failed.

    A failed run may be started again, except a deployment: doing that again is a person's decision.

    The request is a frozen dataclass of ids and strings: it is a stored format, kept small.
    """

    flow: str
    run_id: str  # derived from GitHub's ids: the same cause twice acts once
    request: Any
    partition: str
    queue: Queue = Queue.EVENTS
    covers_later: bool = (
        False  # while it waits, no other of its partition is begun: it will see what that one would
    )
    origin: Origin | None = field(default=None, compare=False)  # None: whoever submits it is its origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Tell a waiting run something; a repeat with the same key is a no-op."""

    run_id: str
    topic: str
    message: Any  # a frozen dataclass or JSON value
    key: str


Intent = Start | Signal


class Run(Protocol):
    """One durable execution of a flow."""

    @property
    def id(self) -> str:
        """The run id, the same over all crashes and restarts."""

    async def step(self, name: str, action: Callable[[], Awaitable[T]], returns: TypeForm[T]) -> T:
        """This function will do the action at least once and remember its result for ever after.

        A step interrupted by a crash is done again, so an outside effect needs a key of its own.
        """

    async def wait(self, topic: str, *, timeout: timedelta, returns: TypeForm[T]) -> T | None:  # noqa: ASYNC109 - a durable deadline
        """This function will wait for the next signal on the topic, or None at the durable deadline."""

    async def sleep(self, duration: timedelta) -> None:
        """This function will wait until the duration, counted from its first call, is over."""

    async def send(self, intent: Intent) -> None:
        """This function will start or signal another run, once."""

    async def now(self) -> datetime:
        """This function will return the time (UTC) at which this line was first reached."""

    async def patched(self, change: str) -> bool:
        """This function will say whether the run takes the changed way: it came here after the change.

        Runs that wait while the code is upgraded replay what they did, in its order. Steps that are new, gone or
        moved stand under `if await run.patched("what changed")`, the old way beside it, until no older run is left.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow with its name in storage and the type of its request."""

    name: str
    request: type[Any]
    story: Callable[[Run, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFlow:
    """A flow whose code is loaded when it is first played, in a thread of its own."""

    name: str
    load: Callable[[], Flow]
