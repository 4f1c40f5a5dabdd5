"""From the inbox to the engine: reads fairly, decodes, submits, and only then marks as done."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, assert_never

import orjson
import structlog
from structlog.contextvars import bound_contextvars

from bot.engine.context import came_of_delivery
from bot.engine.model import Intent, Queue, Signal, Start
from bot.engine.spans import Span, SpanKind, delivery_id, dispatch_id
from bot.github.events import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.engine.context import Teller

    # An event's name, decoded payload and delivery GUID in, what shall happen out.
    Decode = Callable[[str, Any, str], tuple[Intent, ...] | Unreadable]

log = structlog.get_logger()

# An installation may have so many unfinished runs at once: one that floods us leaves room for the others.
_MOST_OUTSTANDING = 16
_MOST_ROWS = 128
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


class Waiting(Protocol):
    """A delivery that waits in the inbox."""

    @property
    def sequence(self) -> int:
        """Its place in the order of acceptance."""

    @property
    def guid(self) -> str:
        """Its id, the same for every redelivery."""

    @property
    def event(self) -> str:
        """The name of the event."""

    @property
    def installation_id(self) -> int:
        """Whose it is; 0 where it says none."""

    @property
    def accepted_at(self) -> datetime:
        """When it was written down."""

    @property
    def body(self) -> bytes:
        """The payload as it was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a delivery, as the inbox remembers it."""

    sequence: int
    body: bytes
    failure: str | None = None
    # Flow, run id and topic: a run that was begun has a flow, one that was told something a topic.
    decisions: tuple[tuple[str, str, str], ...] = ()


class Source(Protocol):
    """The inbox as the dispatcher needs it."""

    async def take(self, allowed: Callable[[int], int], limit: int) -> Sequence[Waiting]:
        """This function will read waiting deliveries in turns, so many of each installation as allowed."""

    async def finish(self, finished: Iterable[Outcome]) -> None:
        """This function will mark deliveries as done, or as failed with the reason, with what came of them."""

    async def is_elected(self) -> bool:
        """This function will say whether this process is the one that takes."""


class Target(Protocol):
    """The engine as the dispatcher needs it."""

    async def submit_batch(self, batch: Sequence[tuple[int, Sequence[Intent]]]) -> None:
        """This function will start and signal runs in one transaction."""

    async def unfinished(self, run_ids: Iterable[str]) -> set[str]:
        """This function will say which of these runs have not ended."""

    def watch(self, callback: Callable[[], None]) -> None:
        """This function will call back whenever a run has ended."""


@dataclass(slots=True)
class Decoded:
    """One delivery with what shall come of it."""

    delivery: Waiting
    intents: tuple[Intent, ...] = ()
    failure: str | None = None

    @property
    def outcome(self) -> Outcome:
        """What is remembered of it."""
        return Outcome(
            sequence=self.delivery.sequence,
            body=self.delivery.body,
            failure=self.failure,
            decisions=() if self.failure is not None else tuple(_decision(each) for each in self.intents),
        )


@dataclass(slots=True)
class Dispatcher:
    """Moves deliveries from the inbox into the engine; a crash in between only repeats no-ops."""

    inbox: Source
    engine: Target
    decode: Decode
    # A supervised worker is woken by commits and ended runs; one beside a web process of its own only by this.
    poll_seconds: float = 0.5
    teller: Teller | None = None  # tells of each delivery that was moved
    counts: Counter[str] = field(default_factory=Counter)  # done, unreadable, bug
    rounds: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _outstanding: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    async def run(self) -> None:
        """This function will dispatch for ever."""
        self.engine.watch(self.wake)
        pause = _FIRST_PAUSE
        while True:
            self._wake.clear()
            try:
                moved = await self.dispatch()
                pause = _FIRST_PAUSE
            except Exception:  # the database may be away for a while: nothing is lost, it is tried again
                log.exception("dispatch_failed", again_in=pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            self.rounds += 1
            if not moved:
                await self._rest()

    def wake(self) -> None:
        """This function will make it look into the inbox now."""
        self._wake.set()

    async def dispatch(self) -> int:
        """This function will move one batch and say how many deliveries that were."""
        if not await self.inbox.is_elected():
            return 0
        await self._count_out()
        rows = await self.inbox.take(self._allowed, _MOST_ROWS)
        if not rows:
            return 0
        decoded = [self._decoded(row) for row in rows]
        await self._submit([each for each in decoded if each.failure is None])
        await self.inbox.finish([each.outcome for each in decoded])
        self._tell(decoded)
        return len(rows)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self.poll_seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _allowed(self, installation_id: int) -> int:
        return _MOST_OUTSTANDING - len(self._outstanding.get(installation_id, ()))

    async def _count_out(self) -> None:
        """Ask the engine only where somebody has reached the limit."""
        if all(len(run_ids) < _MOST_OUTSTANDING for run_ids in self._outstanding.values()):
            return
        unfinished = await self.engine.unfinished(set().union(*self._outstanding.values()))
        for installation_id in list(self._outstanding):
            self._outstanding[installation_id] &= unfinished
            if not self._outstanding[installation_id]:
                del self._outstanding[installation_id]

    def _decoded(self, delivery: Waiting) -> Decoded:
        known = {"delivery": delivery.guid, "event_name": delivery.event}
        with bound_contextvars(**known, installation=delivery.installation_id):
            return self._judged(delivery)

    def _judged(self, delivery: Waiting) -> Decoded:
        try:
            intents = self.decode(delivery.event, orjson.loads(delivery.body), delivery.guid)
        except orjson.JSONDecodeError as error:
            intents = Unreadable(event=delivery.event, reason=f"not JSON: {error}")
        except Exception as error:  # a bug of ours: kept as failed, so that a redelivery tries it again
            self.counts["bug"] += 1
            log.exception("handler_failed")
            return Decoded(delivery, failure=f"{type(error).__name__}: {error}")
        if isinstance(intents, Unreadable):
            self.counts["unreadable"] += 1
            log.warning("delivery_unreadable", reason=intents.reason)
            return Decoded(delivery, failure=intents.reason)
        self.counts["done"] += 1
        return Decoded(delivery, came_of_delivery(intents, delivery.guid, at=delivery.accepted_at))

    def _tell(self, batch: list[Decoded]) -> None:
        if self.teller is None:
            return
        now = self.teller.clock()
        for each in batch:
            self.teller.tell(_span(each, now))

    async def _submit(self, batch: list[Decoded]) -> None:
        if not any(each.intents for each in batch):
            return
        try:
            await self.engine.submit_batch([(each.delivery.sequence, each.intents) for each in batch])
        except (LookupError, TypeError, ValueError):  # one of them cannot be stored: find which
            for each in batch:
                await self._submit_alone(each)
        for each in batch:
            if each.failure is None:
                self._outstanding[each.delivery.installation_id].update(_runs(each.intents))

    async def _submit_alone(self, decoded: Decoded) -> None:
        try:
            await self.engine.submit_batch([(decoded.delivery.sequence, decoded.intents)])
        except (LookupError, TypeError, ValueError) as error:
            self.counts["bug"] += 1
            log.exception("intents_refused", delivery=decoded.delivery.guid)
            decoded.failure = f"{type(error).__name__}: {error}"


def _runs(intents: Iterable[Intent]) -> set[str]:
    """The runs that an installation waits for; a deployment may wait days for a person, so it does not count."""
    return {each.run_id for each in intents if isinstance(each, Start) and each.queue is Queue.EVENTS}


def _span(decoded: Decoded, now: datetime) -> Span:
    delivery = decoded.delivery
    return Span(
        kind=SpanKind.DISPATCH,
        name=delivery.event,
        trace=delivery.guid,
        id=dispatch_id(delivery.guid),
        parent=delivery_id(delivery.guid),
        began=delivery.accepted_at,
        ended=now,
        attributes={
            "delivery": delivery.guid,
            "installation": delivery.installation_id,
            "runs": sum(isinstance(each, Start) for each in decoded.intents),
        },
        error="" if decoded.failure is None else "failed",
    )


def _decision(intent: Intent) -> tuple[str, str, str]:
    match intent:
        case Start():
            return (intent.flow, intent.run_id, "")
        case Signal():
            return ("", intent.run_id, intent.topic)
        case _:
            assert_never(intent)
