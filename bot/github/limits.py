"""The one gate that all calls pass: priorities, pace, concurrency, and standing still at GitHub's limits."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.github.lane import Lane, Priority, Turn
from bot.github.sharing import Sharing, Told, View

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.github.operation import Operation
    from bot.github.tuning import Tuning

__all__ = ["Limits", "Priority"]

_APP = 0  # the App's own calls, among installations


class Limits:
    """Lets calls go, installation by installation in turn, as many at a time as GitHub bears."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._lanes: dict[int | None, Lane] = {}
        self._line: dict[int | None, Lane] = {}  # those where calls wait
        self._order = itertools.count()
        self._in_flight = 0
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = 0.0
        self._sharing = None if tuning.shared is None else Sharing(tuning.shared, tuning.monotonic)

    @asynccontextmanager
    async def turn(
        self, installation_id: int | None, priority: Priority, operation: Operation
    ) -> AsyncIterator[Turn]:
        """This function will wait until the call may be made; the caller then tells the turn how it went."""
        lane = self._lanes.get(installation_id)
        if lane is None:
            lane = self._lanes[installation_id] = Lane(
                self._tuning, view=None if self._sharing is None else View(self._sharing)
            )
        turn = Turn(
            lane=lane,
            place=(priority, next(self._order)),
            operation=operation,
            go=asyncio.get_running_loop().create_future(),
        )
        heapq.heappush(lane.waiting(turn), turn)
        self._line.setdefault(installation_id, lane)
        self._admit()
        try:
            await turn.go
            yield turn
        finally:
            turn.go.cancel()  # where it was never let go: its place is skipped
            if turn.admitted:
                lane.leave(turn)
                self._in_flight -= 1
            self._tell_others(installation_id, lane)
            self._admit()

    async def close(self) -> None:
        """This function will stop the timer; nothing waits here any more."""
        if self._sharing is not None:
            await self._sharing.close()
        if self._timer is not None:
            self._timer.cancel()
            await asyncio.gather(self._timer, return_exceptions=True)
            self._timer = None

    def _admit(self) -> None:
        # One time for all questions: a gate that is closed now and open a moment later would get no timer
        now = self._tuning.monotonic()
        progress, lanes = True, dict(self._line)
        while progress:
            progress = False
            # whoever was served longest ago goes first, so that no installation takes all places
            for installation_id, lane in sorted(self._line.items(), key=lambda item: item[1].served):
                if lane.is_empty():
                    del self._line[installation_id]
                elif self._has_room(installation_id) and lane.admit_next(now):
                    self._in_flight += 1
                    lane.served = next(self._order)
                    progress = True
        for installation_id, lane in lanes.items():
            self._ask_others(installation_id, lane, now)
        # no delay: it waits only for a place, and whoever leaves one calls again
        delays = [delay for lane in self._line.values() if (delay := lane.seconds_to_next(now))]
        if delays:
            self._wake_in(min(delays))

    def _ask_others(self, installation_id: int | None, lane: Lane, now: float) -> None:
        view = lane.view
        if view is None or view.is_asking or view.sharing.is_alone(now):
            return
        reserve, pace = lane.reserve_to_ask(now), self._tuning.pace
        if reserve is None and not view.is_ageing(now):
            return

        def hear(told: Told | None) -> None:
            view.is_asking = False
            if told is not None:
                lane.heard(told, reserve)
            self._admit()

        view.is_asking = True
        question = None if reserve is None or pace is None else (pace, reserve)
        view.sharing.ask(installation_id or _APP, question, hear)

    def _tell_others(self, installation_id: int | None, lane: Lane) -> None:
        if lane.view is not None and lane.view.untold:
            lane.view.sharing.tell(installation_id or _APP, lane.view.untold)
            lane.view.untold = 0.0

    def _has_room(self, installation_id: int | None) -> bool:
        # The App's own calls always find room: calls that hold theirs wait for a token made by one
        return installation_id is None or self._in_flight < self._tuning.concurrency

    def _wake_in(self, delay: float) -> None:
        at = self._tuning.monotonic() + delay
        if self._timer is not None and not self._timer.done():
            if self._timer_at <= at:
                return
            self._timer.cancel()
        self._timer_at = at
        self._timer = asyncio.create_task(self._wake(delay))

    async def _wake(self, delay: float) -> None:
        await self._tuning.sleep(delay)
        self._timer = None
        self._admit()
