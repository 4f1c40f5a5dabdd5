"""One installation's line of waiting calls: who goes next, and when."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from bot.github.operation import Operation
    from bot.github.sharing import Told, View
    from bot.github.tuning import Pace, Tuning

FIRST_PAUSE = 60.0  # GitHub asks for at least a minute where it names no time, and for more each time
LONGEST_PAUSE = 900.0
_SAME = 1.0  # what several workers say of one limit differs by less
_TINY = 1e-6  # a bucket is full enough although floating point says a hair less


class Priority(IntEnum):
    """Who goes first when calls have to wait; smaller is sooner."""

    GATE = 0
    ACKNOWLEDGEMENT = 1
    SUMMARY = 2


@dataclass(slots=True)
class Bucket:
    """A token bucket: so many at once, so many a second after that."""

    rate: float
    level: float
    capacity: float
    filled_at: float

    def seconds_until(self, amount: float, now: float) -> float:
        """This function will say how long it takes until the amount is there."""
        self.level = min(self.capacity, self.level + (now - self.filled_at) * self.rate)
        self.filled_at = now
        missing = amount - self.level
        return 0.0 if missing <= _TINY else missing / self.rate


@dataclass(slots=True)
class Turn:
    """One call's turn: waited for, taken, and told how it went."""

    lane: Lane
    place: tuple[int, int]  # priority, then arrival
    operation: Operation
    go: asyncio.Future[None]
    admitted: bool = False
    generation: int = 0

    def __lt__(self, other: Turn) -> bool:
        return self.place < other.place

    def limited(self, seconds: float | None) -> float:
        """This function will close the lane after GitHub's "too much", and say for how many seconds."""
        return self.lane.limited(self, seconds)

    def answered(self) -> None:
        """This function will note that GitHub serves again."""
        self.lane.answered(self)

    def exhausted(self, seconds: float) -> None:
        """This function will close the lane before the next call runs into the primary limit."""
        self.lane.close_for(seconds)


@dataclass(slots=True)
class Lane:
    """The calls of one installation; a limit that one of them meets stops them all."""

    tuning: Tuning
    view: View | None = None  # of the other workers, where there are some
    in_flight: int = 0
    served: int = -1  # when a call of this lane was last let go, in the order of all calls
    closed_until: float = 0.0
    strikes: int = 0
    generation: int = 0  # how often the lane was closed; answers to older calls say nothing about now
    trying: bool = False  # after a limit one call goes alone, and the others only once it was answered
    probe: Turn | None = None
    reads: list[Turn] = field(default_factory=list)
    writes: list[Turn] = field(default_factory=list)
    write_bucket: Bucket | None = None
    point_bucket: Bucket | None = None

    def __post_init__(self) -> None:
        pace, now = self.tuning.pace, self.tuning.monotonic()
        if pace is not None:
            self.write_bucket = Bucket(pace.writes_a_second, pace.write_burst, pace.write_burst, now)
            self.point_bucket = Bucket(pace.points_a_second, pace.point_burst, pace.point_burst, now)

    def waiting(self, turn: Turn) -> list[Turn]:
        """This function will return the heap in which a call waits: paced writes hold up no reads."""
        return self.writes if turn.operation.is_content_write else self.reads

    def is_empty(self) -> bool:
        """This function will say whether no call waits here."""
        return not self._heads()

    def admit_next(self, now: float) -> bool:
        """This function will let the first call go that may go now, and say whether there was one."""
        if self._seconds_closed(now) > 0 or not self._has_room():
            return False
        ready = [turn for turn in self._ready(now) if self._others_let(turn, now)]
        if not ready:
            return False
        turn = min(ready)
        heapq.heappop(self.waiting(turn))
        self._pay(turn)
        self.in_flight += 1
        turn.admitted, turn.generation = True, self.generation
        if self.trying:
            self.probe = turn
        turn.go.set_result(None)
        return True

    def seconds_to_next(self, now: float) -> float | None:
        """This function will say when time alone lets a waiting call go; None where time does not help."""
        heads = self._heads()
        if not heads or not self._has_room():
            return None
        closed = self._seconds_closed(now)
        if closed > 0:
            return closed
        return min(max(self._seconds_paced(turn, now), self._seconds_shared(turn, now)) for turn in heads)

    def reserve_to_ask(self, now: float) -> int | None:
        """This function will say what the write to ask for now leaves to more urgent ones; None: there is none."""
        if (
            self.view is None
            or self.tuning.pace is None
            or self._seconds_closed(now) > 0
            or not self._has_room()
        ):
            return None
        for turn in self._ready(now):
            if turn.operation.is_content_write:
                reserve = _reserve(turn, self.tuning.pace)
                return reserve if self.view.wants_write(now, reserve) else None
        return None

    def heard(self, told: Told, reserve: int | None) -> None:
        """This function will note how the other workers find the installation."""
        now = self.tuning.monotonic()
        if self.view is not None:
            self.view.heard(told, now, reserve)
        if told.closed_seconds > self._seconds_closed(now) + _SAME:
            self.generation += 1
            self.trying, self.probe = True, None
            self.closed_until = now + told.closed_seconds

    def leave(self, turn: Turn) -> None:
        """This function will free the place of a call that is over."""
        self.in_flight -= 1
        if self.probe is turn:
            self.probe = None

    def limited(self, turn: Turn, seconds: float | None) -> float:
        """This function will close the lane; many calls that meet one limit together count once."""
        if turn.generation == self.generation:
            self.generation += 1
            self.strikes += 1
            self.trying, self.probe = True, None
        if seconds is None:
            seconds = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (max(1, self.strikes) - 1))
        self.close_for(seconds)
        return seconds

    def answered(self, turn: Turn) -> None:
        """This function will open the lane for all once a call of the present time was answered."""
        if turn.generation == self.generation:
            self.strikes, self.trying = 0, False

    def close_for(self, seconds: float) -> None:
        """This function will let no call go for so many seconds."""
        self.closed_until = max(self.closed_until, self.tuning.monotonic() + seconds)
        if self.view is not None:
            self.view.untold = max(self.view.untold, seconds)

    def _seconds_closed(self, now: float) -> float:
        return max(0.0, self.closed_until - now)

    def _has_room(self) -> bool:
        if self.trying:
            return self.probe is None
        return self.in_flight < self.tuning.concurrency_an_installation

    def _ready(self, now: float) -> list[Turn]:
        return [turn for turn in self._heads() if self._seconds_paced(turn, now) == 0]

    def _others_let(self, turn: Turn, now: float) -> bool:
        return self.view is None or self.view.lets(now, is_write=self._is_paced_write(turn))

    def _seconds_shared(self, turn: Turn, now: float) -> float:
        if self.view is None or not self._is_paced_write(turn):
            return 0.0
        return self.view.seconds_to_write(now)

    def _is_paced_write(self, turn: Turn) -> bool:
        return turn.operation.is_content_write and self.tuning.pace is not None

    def _heads(self) -> list[Turn]:
        for heap in (self.reads, self.writes):
            while heap and heap[0].go.done():  # given up while it waited
                heapq.heappop(heap)
        return [heap[0] for heap in (self.reads, self.writes) if heap]

    def _seconds_paced(self, turn: Turn, now: float) -> float:
        if self.point_bucket is None or self.write_bucket is None or self.tuning.pace is None:
            return 0.0
        seconds = self.point_bucket.seconds_until(turn.operation.points, now)
        if turn.operation.is_content_write:
            needed = 1 + _reserve(turn, self.tuning.pace)
            seconds = max(seconds, self.write_bucket.seconds_until(needed, now))
        return seconds

    def _pay(self, turn: Turn) -> None:
        if self.point_bucket is None or self.write_bucket is None:
            return
        self.point_bucket.level -= turn.operation.points
        if turn.operation.is_content_write:
            self.write_bucket.level -= 1
            if self.view is not None:
                self.view.writes = max(0, self.view.writes - 1)


def _reserve(turn: Turn, pace: Pace) -> int:
    return pace.summary_reserve if turn.place[0] == Priority.SUMMARY else 0
