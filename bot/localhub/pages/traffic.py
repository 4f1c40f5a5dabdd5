"""What went to and fro between the local GitHub and the App, as the pages list it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from aiohttp import web

    from bot.localhub.deliveries import Deliveries, Delivery

_KEPT = 2000
_LISTED = 300
_CLIENT_ERROR = 400
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One call the App made, or one delivery that went to it."""

    at: datetime
    method: str
    what: str
    status: str
    kind: str  # good, bad or calm
    incoming: bool = False


class Traffic:
    """Remembers the App's calls and reads the deliveries beside them."""

    def __init__(self, deliveries: Deliveries, *, clock: Callable[[], datetime]) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._calls: deque[Line] = deque(maxlen=_KEPT)
        self.on_call: Callable[[], None] = _nobody_watches

    async def note(self, request: web.Request, response: web.StreamResponse) -> None:
        """This function will remember an answered call, if the App made it."""
        if "Authorization" not in request.headers:
            return
        kind = "bad" if response.status >= _CLIENT_ERROR else "good"
        line = Line(
            at=self._clock(),
            method=request.method,
            what=request.path,
            status=str(response.status),
            kind="calm" if response.status == _NOT_MODIFIED else kind,
        )
        self._calls.appendleft(line)
        self.on_call()

    def deliveries(self) -> list[Delivery]:
        """This function will give the latest deliveries, newest first."""
        return self._deliveries.listed[:_LISTED]

    def activity(self, limit: int) -> list[Line]:
        """This function will give calls and deliveries in one order, newest first."""
        events = (_as_line(delivery) for delivery in self._deliveries.listed)
        return list(islice(_newest_first(iter(self._calls), events), limit))

    def redeliver(self, delivery_id: int) -> None:
        """This function will send a delivery again under its GUID.

        Raises:
            NotThere: no delivery has that id.
        """
        found = self._deliveries.find(delivery_id)
        if found is None:
            raise NotThere(f"delivery {delivery_id}")
        self._deliveries.redeliver(found)


def _newest_first(*lines: Iterator[Line]) -> Iterator[Line]:
    return merge(*lines, key=lambda line: line.at, reverse=True)


def _as_line(delivery: Delivery) -> Line:
    action = f" {delivery.action}" if delivery.action else ""
    return Line(
        at=delivery.delivered_at,
        method="event",
        what=f"{delivery.event}{action}{' (again)' if delivery.redelivery else ''}",
        status=str(delivery.status_code or "lost"),
        kind="good" if delivery.succeeded else "bad",
        incoming=True,
    )


def _nobody_watches() -> None:
    """Stands in until a page watches."""
