"""Finds the parts of a log worth reading, as bytes and in bounded memory, however long the log is."""

from __future__ import annotations

from bot.diagnosis.log.regions import Kept, Region, Window
from bot.diagnosis.log.search import WORDS, Find, searcher

WINDOW = 1 << 20
WHOLE = WINDOW // 2  # a log up to this size is kept as it is
ARTEFACT = b"\n\x00\n"  # CR CR LF counts as two ends of line, but nobody wrote the empty line between them
_LINE_FEEDS = bytes.maketrans(b"\r", b"\n")
LONGEST = 1 << 16  # bytes kept of a line that fills more than a window
STRONG_BUDGET = WINDOW // 4  # of regions with a parser's landmark, at the start and once more at the end
WEAK_BUDGET = WINDOW // 8  # of regions with nothing but an error word
WEAK_PER_WINDOW = 8  # of such regions once their budget was full; for more of them …
DENSE = 12  # regions of a window, after which larger ones are taken
DEAF = 7  # … so many windows are looked through for landmarks only
BEFORE, AFTER = 30, 45  # lines kept around a hit
REACH = 1 << 15  # bytes kept around a hit, where lines are long
EDGE = 1 << 16  # bytes kept of the log's end, …
BEGINNING = 1 << 14  # … and of its beginning

# What the runner says where a step or a composite action's step begins or ends.
HEADERS = (
    "##[group]Run ", "##[start-action ", "##[end-action ", "Post job cleanup.", "Cleaning up orphan processes",
)  # fmt: skip
_HEADERS = tuple(header.encode() for header in HEADERS)
HEADERS_BUDGET = WINDOW // 16  # of their lines
HEADERS_PER_WINDOW = 100
_WIDE = 1_000  # bytes kept of such a line


class Scanner:
    """Takes a log in chunks and keeps the regions around signs, in memory that does not grow with the log."""

    def __init__(self, signs: tuple[str, ...], *, fast: bool = True) -> None:
        self._any = searcher((*signs, *WORDS, *HEADERS), fast=fast)
        self._far = searcher((*signs, *HEADERS), fast=fast)
        self._strong = searcher(signs, fast=fast)
        self._pending: list[bytes] = []
        self._pending_size = 0
        self._rest = b""  # of a line whose end has not come yet
        self._dropping = False  # the rest of a line longer than a window
        self._whole: list[Region] | None = []
        self._whole_size = 0
        self._strong_kept, self._weak_kept = Kept(STRONG_BUDGET), Kept(WEAK_BUDGET)
        self._headers = Kept(HEADERS_BUDGET)
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
        kept = self._strong_kept.regions() + self._weak_kept.regions() + self._headers.regions() + self._edges
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
            data = _with_line_feeds(data[start:end])
            start, end = 0, len(data)
        self._unfinished = data[end - 1 : end] != b"\n"
        window = Window(data, start, end, self._line)
        if self._whole is None:
            self._scan(window)
            self._line = window.line_at(end)
            return
        self._whole.append(Region(self._line, data[start:end]))
        self._whole_size += end - start
        self._line = window.line_at(end)
        if self._whole_size > WHOLE:
            self._spill()

    def _spill(self) -> None:
        """The log is too long to be kept as it is: look through what is there."""
        whole, self._whole = self._whole or [], None
        self._edges.append(Region(whole[0].first, whole[0].data[:BEGINNING]))
        for region in whole:
            self._scan(Window(region.data, 0, len(region.data), region.first))

    def _scan(self, window: Window) -> None:
        data, end = window.data, window.end
        strong, listens = self._strong(), self._deaf == 0
        find = self._any() if listens else self._far()
        self._deaf = max(0, self._deaf - 1)
        told = position = self._keep_owed(window)
        weak = headers = regions = 0
        while (hit := find(data, position, end)) != -1:
            if not listens and data.startswith(_HEADERS, hit):
                position = self._keep_headers(window, hit, hit + 1)
                headers += 1
                if headers > HEADERS_PER_WINDOW:
                    find = strong
                continue
            regions += 1
            below = _forward(data, hit, end, AFTER)
            if regions > DENSE:  # one region after the other: take more at a time
                below = max(below, _forward(data, min(hit + REACH, end) - 1, end, 0))
            kept = self._keep_around(window, hit, (told, below), strong)
            told = position = below
            if told >= end:
                self._owed = max(0, AFTER + 1 - data.count(b"\n", hit, end))
                break
            weak += kept is self._weak_kept and kept.is_full
            if weak > WEAK_PER_WINDOW:  # so many mere words of error are this log's manner of speaking
                find, listens, self._deaf = self._far(), False, DEAF
        self._remember(window)

    def _keep_around(self, window: Window, hit: int, bounds: tuple[int, int], strong: Find) -> Kept:
        """Keep the lines around a hit between bounds; return where they are kept."""
        data, (first, below) = window.data, bounds
        begin = max(first, _backward(data, hit, window.start, BEFORE))
        kept = self._weak_kept if strong(data, begin, below) == -1 else self._strong_kept
        line = window.line_at(begin)
        if begin == window.start:
            self._keep_above(kept, line, BEFORE - data.count(b"\n", begin, hit))
        self._keep_headers(window, begin, below)
        kept.add(Region(line, data[begin:below]))
        return kept

    def _keep_headers(self, window: Window, begin: int, end: int) -> int:
        """Keep the headers of steps that begin in this part of a window; return the end of the last one's line."""
        data, position = window.data, begin
        for header in _HEADERS:
            place = data.find(header, begin, end + len(header) - 1)
            for _ in range(HEADERS_PER_WINDOW):
                if place == -1:
                    break
                above = data.rfind(b"\n", window.start, place) + 1 or window.start
                below = _forward(data, place, window.end, 0)
                position = max(position, below)
                self._headers.add(Region(window.line_of(above), data[above : min(below, above + _WIDE)]))
                place = data.find(header, below, end)
        return position

    def _keep_owed(self, window: Window) -> int:
        """Keep the lines that a hit at the end of the window before still needs; return where they end."""
        start = window.start
        if not self._owed:
            return start
        told = _forward(window.data, start, window.end, self._owed - 1)
        self._owed = max(0, self._owed - window.data.count(b"\n", start, told))
        self._strong_kept.add(Region(window.line_at(start), window.data[start:told]))
        return told

    def _keep_above(self, kept: Kept, first: int, lines: int) -> None:
        """Keep the last lines of the windows before, as the context of a hit near the beginning of this one."""
        if self._carry and lines > 0:
            above = self._carry[_backward(self._carry, len(self._carry) - 1, 0, lines - 1) :]
            kept.add(Region(first - above.count(b"\n"), above))

    def _remember(self, window: Window) -> None:
        """Carry the last lines of this window over to the next."""
        tail = window.data[max(window.start, window.end - EDGE) : window.end]
        if len(tail) < EDGE:
            tail = (self._carry + tail)[-EDGE:]
        self._carry = tail[tail.find(b"\n") + 1 :] if len(tail) == EDGE else tail


def _with_line_feeds(data: bytes) -> bytes:
    if b"\n" in data:
        data = data.replace(b"\r\r\n", ARTEFACT)
    if b"\r" in data and b"\n" in data:
        data = data.replace(b"\r\n", b"\n")
    return data.translate(_LINE_FEEDS) if b"\r" in data else data


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
