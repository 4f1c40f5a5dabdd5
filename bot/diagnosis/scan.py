"""Finds the parts of a log worth reading, as bytes and in bounded memory, however long the log is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

try:
    import re2  # type: ignore[import-untyped]  # google-re2 ships no types
except ImportError:  # the extra is not installed: the literal search below serves
    re2 = None

WINDOW = 1 << 20
WHOLE = WINDOW // 2  # a log up to this size is kept as it is
ARTEFACT = b"\n\x00\n"  # CR CR LF counts as two ends of line, but nobody wrote the empty line between them
LONGEST = 1 << 16  # bytes kept of a line that fills more than a window
STRONG_BUDGET = (
    WINDOW // 2
)  # of regions with a parser's landmark, at the start and once more at the end of the log
WEAK_BUDGET = WINDOW // 4  # of regions with nothing but an error word
WEAK_PER_WINDOW = 8  # of such regions once their budget was full; for more of them …
DEAF = 7  # … so many windows are looked through for landmarks only
BEFORE, AFTER = 30, 45  # lines kept around a hit
REACH = 1 << 15  # bytes kept around a hit, where lines are long
EDGE = 1 << 16  # bytes kept of the log's beginning and of its end

WORDS = (
    "error", "fail", "exception", "fatal", "panic", "traceback", "abort", "denied", "not found", "cannot",
    "timed out", "timeout", "killed", "unable to", "undefined", "exited with", "##[", "no such", "conflict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A run of lines as bytes, ends of line made LF, and the number of its first line."""

    first: int
    data: bytes


Find = Callable[[bytes, int, int], int]  # the next hit in a window from one position up to another, or -1


@cache
def searcher(signs: tuple[str, ...], *, fast: bool = True) -> Callable[[], Find]:
    """This function will compile the signs; each call of the result begins the search of one window."""
    lower = {sign.lower() for sign in signs}
    # Where "error" is looked for, "error[E" need not be.
    least = tuple(sorted(one for one in lower if not any(other in one for other in lower - {one})))
    if fast and re2 is not None:
        return _alternation(least)
    return lambda: _Literals(tuple(sign.encode() for sign in least)).find


def _alternation(signs: tuple[str, ...]) -> Callable[[], Find]:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    compiled: Any = re2.compile("|".join(re2.escape(sign) for sign in signs).encode(), options)

    def find(data: bytes, position: int, end: int) -> int:
        found = compiled.search(data, position, end)
        return -1 if found is None else found.start()

    return lambda: find


def _nothing(_data: bytes, _position: int, _end: int) -> int:
    return -1


_UNKNOWN = -2  # where a literal is next is not known yet; -1 means nowhere


class _Literals:
    """Searches one window for several literals, each going over the window once."""

    def __init__(self, signs: tuple[bytes, ...]) -> None:
        self._next: list[tuple[bytes, int]] = [(sign, _UNKNOWN) for sign in signs]
        self._lower: bytes | None = None

    def find(self, data: bytes, position: int, end: int) -> int:
        if self._lower is None:
            self._lower = data.lower()
        best = -1
        for index, (sign, known) in enumerate(self._next):
            place = known
            if place != -1 and place < position:
                place = self._lower.find(sign, position)
                self._next[index] = (sign, place)
            if place != -1 and (best == -1 or place < best):
                best = place
        return best if best < end else -1


class _Kept:
    """The first and the last regions of one kind, each within a budget of bytes."""

    def __init__(self, budget: int) -> None:
        self._room = budget
        self._budget = budget
        self._head: list[Region] = []
        self._tail: deque[Region] = deque()
        self._tail_size = 0

    def add(self, region: Region) -> None:
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
        return bool(self._tail)

    def regions(self) -> list[Region]:
        return [*self._head, *self._tail]


class Scanner:
    """Takes a log in chunks and keeps the regions around signs, in memory that does not grow with the log."""

    def __init__(self, signs: tuple[str, ...], *, fast: bool = True) -> None:
        self._any = searcher((*signs, *WORDS), fast=fast)
        self._strong = searcher(signs, fast=fast) if signs else lambda: _nothing
        self._pending: list[bytes] = []
        self._pending_size = 0
        self._rest = b""  # of a line whose end has not come yet
        self._dropping = False  # the rest of a line longer than a window
        self._whole: list[Region] | None = []
        self._whole_size = 0
        self._strong_kept, self._weak_kept = _Kept(STRONG_BUDGET), _Kept(WEAK_BUDGET)
        self._edges: list[Region] = []
        self._carry = b""  # last lines of the windows before: context of a hit in the first lines of this one
        self._deaf = 0  # windows in which mere words of error are passed over
        self._owed = 0  # lines after a hit that stood at the end of the window before
        self._line = 1  # number of the first line that no window had yet
        self._unfinished = False

    def feed(self, chunk: bytes) -> None:
        """This function will take the next bytes of the log."""
        for start in range(0, len(chunk), WINDOW):
            piece = chunk[start : start + WINDOW]
            self._pending.append(piece)
            self._pending_size += len(piece)
            if self._pending_size >= WINDOW:
                self._cut()

    def finish(self) -> tuple[tuple[Region, ...], int]:
        """This function will return the kept regions in the log's order and the number of lines in all."""
        rest = self._rest + b"".join(self._pending)
        self._pending, self._rest = [], b""
        if self._dropping:
            rest = self._after_dropped(rest)
        if rest:
            self._take(rest, 0, len(rest))
        if self._whole is not None:
            return tuple(self._whole), self._total()
        kept = self._strong_kept.regions() + self._weak_kept.regions() + self._edges
        lines = self._carry.count(b"\n") + (not self._carry.endswith(b"\n"))
        kept.append(Region(self._total() - lines + 1, self._carry))
        return tuple(sorted(kept, key=lambda region: (region.first, -len(region.data)))), self._total()

    def _total(self) -> int:
        return self._line - 1 + self._unfinished

    def _cut(self) -> None:
        """Pass on the full lines of what has gathered, without copying them where they end in LF."""
        data = b"".join(self._pending)
        self._pending, self._pending_size = [], 0
        first = data.find(b"\n") + 1
        if first == 0 or self._dropping:
            self._cut_slowly(self._rest + data)
            return
        if self._rest:
            line = self._rest + data[:first]
            self._take(line, 0, len(line))
        last = data.rfind(b"\n") + 1
        self._take(data, first if self._rest else 0, last)
        self._rest = data[last:]

    def _cut_slowly(self, data: bytes) -> None:
        """Pass on what ends in CR, or the beginning of a line that does not end."""
        if self._dropping:
            data = self._after_dropped(data)
        end = data.rfind(b"\n") + 1
        if end == 0:  # a CR at the very end may be half of a CRLF
            end = data.rfind(b"\r", 0, max(0, len(data) - 1)) + 1
        if end:
            self._take(data, 0, end)
        elif len(data) >= WINDOW:
            self._take(data[:LONGEST] + b"\n", 0, LONGEST + 1)
            self._dropping, end = True, len(data)
        self._rest = data[end:]

    def _after_dropped(self, data: bytes) -> bytes:
        ends = [place for place in (data.find(b"\n"), data.find(b"\r")) if place != -1]
        if not ends:
            return b""
        self._dropping = False
        return data[min(ends) + (2 if data[min(ends) : min(ends) + 2] == b"\r\n" else 1) :]

    def _take(self, data: bytes, start: int, end: int) -> None:
        """Look through one window of full lines, a part of the data."""
        if b"\r" in data:
            data = data[start:end].replace(b"\r\r\n", ARTEFACT).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            start, end = 0, len(data)
        first = self._line
        self._unfinished = data[end - 1 : end] != b"\n"
        self._line += data.count(b"\n", start, end)
        if self._whole is None:
            self._scan(first, data, start, end)
            return
        self._whole.append(Region(first, data[start:end]))
        self._whole_size += end - start
        if self._whole_size > WHOLE:
            self._spill()

    def _spill(self) -> None:
        """The log is too long to be kept as it is: look through what is there."""
        whole, self._whole = self._whole or [], None
        self._edges.append(Region(whole[0].first, whole[0].data[:EDGE]))
        for region in whole:
            self._scan(region.first, region.data, 0, len(region.data))

    def _scan(self, first: int, data: bytes, start: int, end: int) -> None:
        strong = self._strong()
        find = self._any() if self._deaf == 0 else strong
        self._deaf = max(0, self._deaf - 1)
        line, counted, weak = first, start, 0
        told = self._keep_owed(first, data, start, end)
        while (hit := find(data, told, end)) != -1:
            begin = max(told, _backward(data, hit, start, BEFORE))
            told = _forward(data, hit, end, AFTER)
            line += data.count(b"\n", counted, begin)
            counted = begin
            kept = self._weak_kept if strong(data, begin, told) == -1 else self._strong_kept
            if begin == start:
                self._keep_above(kept, first, BEFORE - data.count(b"\n", start, hit))
            kept.add(Region(line, data[begin:told]))
            if told >= end:
                self._owed = max(0, AFTER + 1 - data.count(b"\n", hit, end))
                break
            weak += kept is self._weak_kept and kept.is_full
            if weak > WEAK_PER_WINDOW:  # so many mere words of error are this log's manner of speaking
                find, self._deaf = strong, DEAF
        self._remember(data, start, end)

    def _keep_owed(self, first: int, data: bytes, start: int, end: int) -> int:
        """Keep the lines that a hit at the end of the window before still needs; return where they end."""
        if not self._owed:
            return start
        told = _forward(data, start, end, self._owed - 1)
        self._owed = max(0, self._owed - data.count(b"\n", start, told))
        self._strong_kept.add(Region(first, data[start:told]))
        return told

    def _keep_above(self, kept: _Kept, first: int, lines: int) -> None:
        """Keep the last lines of the windows before, as the context of a hit near the beginning of this one."""
        if self._carry and lines > 0:
            above = self._carry[_backward(self._carry, len(self._carry) - 1, 0, lines - 1) :]
            kept.add(Region(first - above.count(b"\n"), above))

    def _remember(self, data: bytes, start: int, end: int) -> None:
        """Carry the last lines of this window over to the next."""
        tail = data[max(start, end - EDGE) : end]
        if len(tail) < EDGE:
            tail = (self._carry + tail)[-EDGE:]
        self._carry = tail[tail.find(b"\n") + 1 :] if len(tail) == EDGE else tail


def _backward(data: bytes, place: int, start: int, lines: int) -> int:
    """The beginning of the line that stands so many lines above the place, not before the start."""
    floor = max(start, place - REACH)
    position = place
    for _ in range(lines + 1):
        position = data.rfind(b"\n", floor, position)
        if position == -1:
            return floor
    return position + 1


def _forward(data: bytes, place: int, end: int, lines: int) -> int:
    """The end of the line that stands so many lines below the place, not behind the end."""
    ceiling = min(end, place + REACH)
    position = place
    for _ in range(lines + 1):
        position = data.find(b"\n", position, ceiling) + 1
        if position == 0:
            return ceiling
    return position
