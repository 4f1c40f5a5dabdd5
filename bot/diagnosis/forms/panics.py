"""Reads the panics of Rust programs: the thread, the place and the message, without the backtrace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

WORDS = "panicked at"
# What loom's model checker says when it refuses an execution.
LOOM = re.compile(
    r"^(?:Causality violation: |deadlock; threads = |Model exceeded maximum number of (?:branches|threads)|"
    r"(?:Arc|Messages|Allocation|Object) leaked|\[loom internal bug\])"
)
_THREAD = r"^\s*thread '(?P<thread>[^']*)'(?: \(\d+\))? panicked at "
_PLACE = r"(?P<path>[^\s']+?):(?P<line>\d+)(?::(?P<column>\d+))?"
_HEAD = re.compile(rf"{_THREAD}(?:'(?P<old>.*)', )?{_PLACE}:?$")
_OPEN = re.compile(rf"{_THREAD}'(?P<old>.*)$")  # before Rust 1.73, with a message of several lines
_CLOSE = re.compile(rf"^(?P<old>.*)', {_PLACE}$")
_FRAME = re.compile(r"^\s*(?:\d+: +\S|at \S+:\d+|\d+: 0x[0-9a-f]+ - )")
_TRACE = re.compile(r"^\s*stack backtrace:$")
_NOTE = re.compile(
    r"^\s*note: (?:run with|Run with|Some details are omitted|[Ss]ome details)|^\s*\[\.\.\. omitted \d+ frame"
)
_FOREIGN = re.compile(r"(?:^|/)\.cargo/(?:registry|git)/|^/rustc/|(?:^|/)library/(?:core|std|alloc)/")
_AT = re.compile(r"^\s+at (?P<path>\S+?):(?P<line>\d+)(?::(?P<column>\d+))?$")
# A compiler's arrow, or where a snapshot test says it was asserted.
_ARROW = re.compile(r"^\s*(?:-->|Source:) (?P<path>[^\s:]+):(?P<line>\d+)(?::(?P<column>\d+))?$")
_SECTION = re.compile(r"^(?:---- .+ ----|failures:|error: (?:doc)?test failed)")
_LONGEST = 40  # lines of one message
_TRACED = 120  # lines of one message with its backtrace


@dataclass(frozen=True, slots=True, kw_only=True)
class Panic:
    """One panic, in places of `Log.lines`."""

    thread: str
    message: str
    where: Location
    places: tuple[int, ...]  # the line that says where, and the message

    @property
    def is_foreign(self) -> bool:
        """Whether it was raised in other people's code, where the failure is not mended."""
        return _FOREIGN.search(self.where.path) is not None


def is_trace(text: str) -> bool:
    """This function will say whether a line belongs to a backtrace or is the note beside it."""
    return bool(_FRAME.match(text) or _TRACE.match(text) or _NOTE.match(text))


def panics_in(log: Log, places: Sequence[int]) -> Iterator[Panic]:
    """This function will find the panics among the lines at the places."""
    for order, place in enumerate(places):
        text = log.lines[place].text
        if WORDS not in text:
            continue
        below = places[order + 1 : order + 1 + _LONGEST]
        if (head := _HEAD.match(text)) is not None:
            said = [] if head["old"] is not None else _said(log, below)
            message = head["old"] or (log.lines[said[0]].text if said else "")
            yield _panic(head["thread"], message, head, (place, *said))
        elif (head := _OPEN.match(text)) is not None and (end := _closed(log, below)) is not None:
            found, said = end
            yield _panic(head["thread"], head["old"], found, (place, *said))


def own_place(log: Log, panic: Panic, places: Sequence[int]) -> tuple[Location, ...]:
    """This function will find where the failure is mended: the panic's place, unless that is other people's code.

    Else a compiler's arrow at the places tells, or the first frame of the backtrace in the own code.
    """
    if not panic.is_foreign:
        return (panic.where,)
    return tuple(one for one in (arrow_in(log, places) or _own_frame(log, places),) if one is not None)


def _own_frame(log: Log, places: Sequence[int]) -> Location | None:
    found = (_AT.match(log.lines[place].text) for place in places)
    own = (one for one in found if one and not _FOREIGN.search(one["path"]))
    return next((location(one["path"], one["line"], one["column"]) for one in own), None)


def down_to_next(log: Log, place: int) -> list[int]:
    """This function will return the lines of a panic with its backtrace: down to the next panic or test."""
    lines = [place]
    for below in log.downward(place, _TRACED):
        text = log.lines[below].text
        if WORDS in text or _SECTION.match(text):
            break
        lines.append(below)
    return lines


def arrow_in(log: Log, places: Sequence[int]) -> Location | None:
    """This function will find the first place in a file that a compiler's arrow names at the places."""
    found = (_ARROW.match(log.lines[place].text) for place in places)
    return next((location(one["path"], one["line"], one["column"]) for one in found if one), None)


def _panic(thread: str, message: str, found: re.Match[str], places: tuple[int, ...]) -> Panic:
    where = location(found["path"], found["line"], found["column"])
    return Panic(thread=thread, message=message.strip(), where=where, places=places)


def _said(log: Log, below: Sequence[int]) -> list[int]:
    """The lines of the message: down to the backtrace or the note about it, else to the end of the paragraph."""
    lines: list[int] = []
    paragraph: list[int] | None = None
    for place in below:
        text = log.lines[place].text
        if is_trace(text):
            return lines
        if WORDS in text:
            break
        if not text.strip():
            paragraph = list(lines) if lines and paragraph is None else paragraph
        else:
            lines.append(place)
    return lines if paragraph is None else paragraph


def _closed(log: Log, below: Sequence[int]) -> tuple[re.Match[str], list[int]] | None:
    for order, place in enumerate(below):
        if (end := _CLOSE.match(log.lines[place].text)) is not None:
            return end, list(below[: order + 1])
    return None
