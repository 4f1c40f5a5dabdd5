"""The inbox: deliveries wait here durably from their acknowledgement until the engine has taken them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.storage.deliveries.model import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.storage.deliveries.model import DeliveryQuery, Finished, SeenDelivery

__all__ = [
    "Backlog",
    "Beat",
    "Delivery",
    "Inbox",
    "InboxFullError",
    "InboxUnusableError",
    "State",
    "WaitingDelivery",
]


class InboxFullError(Exception):
    """The inbox takes nothing more for now: its writer is stuck or behind."""


class InboxUnusableError(Exception):
    """The inbox cannot be opened or written; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery as it is written down."""

    guid: str
    event: str
    action: str
    installation_id: int
    body: bytes
    repository_id: int | None = None
    repository: str = ""  # owner/name
    number: int | None = None  # of the issue or pull request


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDelivery:
    """A delivery that waits for the engine; the sequence is the order of acceptance."""

    sequence: int
    guid: str
    event: str
    installation_id: int
    accepted_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits and since when."""

    waiting: int
    failed: int
    first: int | None  # the sequence of the oldest waiting delivery
    oldest: datetime | None  # when that one was accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A worker's sign of life."""

    at: datetime
    snapshot: bytes  # its counters, as the worker wrote them


class Inbox(Protocol):
    """Deliveries between the web process, which puts, and the worker, which takes."""

    def open(self) -> None:
        """This function will make the inbox ready.

        Raises:
            InboxUnusableError: the file or server cannot be reached or written.
        """

    def close(self) -> None:
        """This function will write what is on its way and close every connection."""

    async def put(self, delivery: Delivery) -> None:
        """This function will return once the delivery is durable; a GUID that waits or is done is not put again.

        Raises:
            InboxFullError: too much waits to be written.
        """

    def stuck_seconds(self) -> float:
        """This function will say for how long the delivery now being written has waited; 0 when none does."""

    async def take(self, allowed: Callable[[int], int], limit: int) -> Sequence[WaitingDelivery]:
        """This function will read waiting deliveries, in order and in turns, so many of each as allowed."""

    async def finish(self, finished: Iterable[Finished]) -> None:
        """This function will mark deliveries as done, or as failed with the reason, with what came of them."""

    async def states(self, guids: Iterable[str]) -> dict[str, State]:
        """This function will say how far those of the deliveries have come that were ever accepted."""

    async def backlog(self) -> Backlog:
        """This function will count what waits."""

    async def forget(self, before: datetime) -> int:
        """This function will delete deliveries that were done or failed before that time, and count them."""

    async def forget_payloads(self, before: datetime) -> int:
        """This function will delete what deliveries said that were done or failed before that time."""

    async def deliveries(self, query: DeliveryQuery) -> Sequence[SeenDelivery]:
        """This function will return the deliveries that are asked for, the newest first."""

    async def payload_of(self, sequence: int) -> bytes | None:
        """This function will return what a delivery said; None where that is not kept any more."""

    async def replay(self, sequence: int) -> bool:
        """This function will let a handled delivery wait again; no where it waits, or its payload is gone."""

    async def beat(self, worker: str, snapshot: bytes) -> None:
        """This function will write down a worker's sign of life."""

    async def beats(self) -> Sequence[Beat]:
        """This function will read the newest sign of life of every worker of the last day."""

    async def is_elected(self) -> bool:
        """This function will say whether this process is the one that takes; it tries to become it."""
