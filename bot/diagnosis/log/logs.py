"""A log as lines: clean text, the number of each line, the workflow command and the step it belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple

from bot.diagnosis.log.cleaning import Cleaned, clean, without_colours
from bot.diagnosis.log.exits import command_of, failing_exit, first_failing
from bot.diagnosis.log.steps import RUN, Fate, Headers, Place, Timetable, header, step_that_failed, tells_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.diagnosis.log.regions import Region
    from bot.github.run_models import Step

MOST = 8_000  # lines read at the start of what was kept, and once more at its end
LONG = 300  # characters; of longer lines only …
MOST_LONG = 500  # … so many are read on: a parser may need the square of a line's length
BLANKS = 3  # empty lines in a row that are kept
SCRIPT = "script"

_ARTEFACT = "\x00"
_MASK = "***"
_MASKS = 100  # values that a log can ask to be masked
_SHORTEST = 4  # characters of such a value
_MASKED = re.compile(r"(?m)(?:^|Z |\] )::add-mask::([^\n]{4,1000})$")
_MARK = b"##[start-action "
_DEEPER = {"start-action": 1, "end-action": -1}
MARKS = frozenset(_DEEPER)  # that the runner sets around each step of a composite action
_STOP = re.compile(r"::stop-commands::(\S{4,200})$")
_SECOND = len("2026-03-02T09:14:05")
_STAMP = re.compile(rb"(?m)^(?:\xef\xbb\xbf)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\S*Z ")
_HEADER = re.compile(rb"(?m)^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) ##\[group\]Run ")


class Line(NamedTuple):
    """One line without timestamp, colours and workflow command."""

    number: int  # from 1, as text mode counts
    text: str
    command: str = (
        ""  # error, warning, group, … of a leading ##[…]; script where the runner shows a step's script
    )
    step: str = ""
    step_line: int = 0  # from 1 within the step's log; 0 where the log shows no steps
    order: int = 0  # one more than that of the line above, unless lines between them were left out
    step_number: int = 0  # that GitHub gives the step; 0 where only the log is known
    fate: Fate = Fate.UNKNOWN  # of the step

    @property
    def is_forgiven(self) -> bool:
        """Whether it stands in a step that GitHub calls a success, or in one that ran after the failure."""
        return self.fate in {Fate.PASSED, Fate.AFTER}


class LineIndex:
    """Knows in which lines a text stands, and remembers it."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._text = "\n".join(lines)
        self._begins = list(accumulate((len(line) + 1 for line in lines), initial=0))
        self._known: dict[str, tuple[int, ...]] = {}

    def lines_with(self, text: str) -> tuple[int, ...]:
        """This function will return the indexes of the lines that contain a text."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = tuple(self._search(text))
        return known

    def _search(self, text: str) -> Iterator[int]:
        place = self._text.find(text)
        while place != -1:
            index = bisect_right(self._begins, place) - 1
            yield index
            place = self._text.find(text, self._begins[index + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The lines kept of a log; between two of them others may have been left out."""

    lines: tuple[Line, ...]
    total: int = 0  # lines in the whole log
    begin: int = 0  # index of the first line of the command or step that failed
    exit: int = 0  # index of the line that announces the failing exit, or len(lines)
    _index: LineIndex | None = field(default=None, compare=False, repr=False)

    def lines_with(self, text: str) -> tuple[int, ...]:
        """This function will return the indexes of the lines that contain a text."""
        index = self._index
        if index is None:
            index = LineIndex(tuple(line.text for line in self.lines))
            object.__setattr__(self, "_index", index)  # what is kept says nothing new about the log
        return index.lines_with(text)

    @property
    def failed_step(self) -> str:
        """The step, or where a service shows none the command, whose failing exit the log announces first."""
        if self.exit >= len(self.lines):
            return ""
        line = self.lines[self.exit]
        return line.step or command_of(line)

    def follows(self, index: int) -> bool:
        """This function will say whether the line at the index stands right below the one before it."""
        return 0 < index < len(self.lines) and self.lines[index].order == self.lines[index - 1].order + 1

    def upward(self, index: int, most: int) -> Iterator[int]:
        """This function will go over the indexes above, as far as no line is left out."""
        for _ in range(most):
            if not self.follows(index):
                return
            index -= 1
            yield index

    def downward(self, index: int, most: int) -> Iterator[int]:
        """This function will go over the indexes below, as far as no line is left out."""
        for _ in range(most):
            index += 1
            if not self.follows(index):
                return
            yield index


def assemble(
    regions: Sequence[Region], total: int, *, failed_step: str = "", steps: Sequence[Step] = ()
) -> Log:
    """This function will make clean lines of the regions kept by the scanner.

    Where GitHub's steps are given, each line is joined with its step, and the first failed step is the failed one.
    """
    failed = step_that_failed(steps)
    name = failed.name if failed else failed_step
    lines = _bounded(_lines(regions, _follower(regions, steps)))
    end = failing_exit(lines, number=failed.number if failed else 0, name=name)
    return Log(lines=lines, total=total, exit=end, begin=first_failing(lines, end))


def _bounded(lines: Iterator[Line]) -> tuple[Line, ...]:
    """The first and the last lines: a log may consist of nothing but ends of line."""
    head = tuple(islice(lines, MOST))
    return head + tuple(deque(lines, maxlen=MOST))


def _follower(regions: Sequence[Region], steps: Sequence[Step]) -> Headers | Timetable:
    """What tells the step of a line: the steps' times, where they are those of this log."""
    first = _STAMP.search(regions[0].data) if regions else None
    if first is None or not tells_time(steps, first[1].decode()):
        return Headers()
    # Where the runner marks the steps of composite actions, no header has to be guessed to be one of them.
    is_marked = any(_MARK in region.data for region in regions)
    seen = {found[1] for region in (() if is_marked else regions) for found in _HEADER.finditer(region.data)}
    return Timetable(steps, [stamp[:_SECOND].decode() for stamp in seen])


def _lines(regions: Sequence[Region], follower: Headers | Timetable) -> Iterator[Line]:
    last, order, blanks, depth, long, shown, stopped, place = 0, 0, 0, 0, 0, "", "", Place()
    for number, raw in _texts(regions):
        if number <= last:
            continue  # two regions overlap
        order += 1 if number == last + 1 else 2
        last = number
        blanks = 0 if raw else blanks + 1
        if raw == _ARTEFACT or blanks > BLANKS:
            order -= 1
            continue
        one = clean(raw, listens=not stopped)
        stopped = _stopped(one.text, stopped)
        depth = max(0, depth + _DEEPER.get(one.command, 0))
        place = follower.follow(number, one.at, _named(one, place.name, inner=depth > 0))
        if one.command:
            shown = SCRIPT if one.command == "group" and one.text.startswith(RUN) else ""
        within = number - place.first + 1 if place.first else 0
        text = one.text
        if len(text) > LONG:
            long += 1
            text = text[: LONG if long > MOST_LONG else len(text)]
        yield Line(number, text, one.command or shown, place.name, within, order, place.number, place.fate)


def _named(one: Cleaned, step: str, *, inner: bool) -> str:
    """The step that begins at a line, if one does: those within a composite action are none of the job's."""
    if one.step:
        return "" if one.step == step else one.step
    return "" if inner else header(one.text, one.command)


def _stopped(text: str, token: str) -> str:
    """The word that ends the time in which a step's workflow commands count for nothing."""
    if token:
        return "" if text == f"::{token}::" else token
    found = _STOP.match(text) if text.startswith("::stop") else None
    return found[1] if found else ""


def _texts(regions: Sequence[Region]) -> Iterator[tuple[int, str]]:
    masks = _masks(regions)
    for region in regions:
        text = without_colours(region.data.decode("utf-8", "replace")).removesuffix("\n")
        for mask in masks:
            text = text.replace(mask, _MASK)
        yield from enumerate(text.split("\n"), region.first)


def _masks(regions: Sequence[Region]) -> list[str]:
    """The values that the log asks to be masked, where the runner has not seen to it; the longest first."""
    values: set[str] = set()
    for region in regions:
        if b"::add-mask::" in region.data and len(values) < _MASKS:
            text = without_colours(region.data.decode("utf-8", "replace"))
            for value in _MASKED.findall(text)[:_MASKS]:
                lines = re.split("%0[AaDd]", value.strip())
                values.update(line for line in lines if len(line) >= _SHORTEST and line != _MASK)
    return sorted(values, key=len, reverse=True)
