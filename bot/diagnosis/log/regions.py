"""Parts of a log as bytes: those that are kept, within a budget, and the window that is looked through."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A run of lines as bytes, ends of line made LF, and the number of its first line."""

    first: int
    data: bytes


class Kept:
    """The first and the last regions of one kind, each within a budget of bytes."""

    def __init__(self, budget: int) -> None:
        self._room = budget
        self._budget = budget
        self._head: list[Region] = []
        self._tail: deque[Region] = deque()
        self._tail_size = 0

    def add(self, region: Region) -> None:
        """This function will take a region, and let go of one from the middle where there is no room."""
        size = len(region.data)
        if not self._tail and size <= self._room:
            self._head.append(region)
            self._room -= size
            return
        self._tail.append(region)
        self._tail_size += size
        while self._tail_size > self._budget and len(self._tail) > 1:
            self._tail_size -= len(self._tail.popleft().data)

    @property
    def is_full(self) -> bool:
        """Whether the first regions have filled the budget."""
        return bool(self._tail)

    def regions(self) -> list[Region]:
        """This function will return what is kept, in the order in which it came."""
        return [*self._head, *self._tail]


class Window:
    """A part of the data that consists of full lines, each end of line of which is counted once."""

    def __init__(self, data: bytes, start: int, end: int, line: int) -> None:
        self.data, self.start, self.end = data, start, end
        self._line, self._counted = line, start

    def line_at(self, place: int) -> int:
        """This function will return the number of the line at a place, and count on from there."""
        if place > self._counted:
            self._line += self.data.count(b"\n", self._counted, place)
            self._counted = place
        return self.line_of(place)

    def line_of(self, place: int) -> int:
        """This function will return the number of the line at a place near the one counted last."""
        return (
            self._line
            + self.data.count(b"\n", self._counted, place)
            - self.data.count(b"\n", place, self._counted)
        )
