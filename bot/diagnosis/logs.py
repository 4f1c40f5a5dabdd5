"""A log as lines: clean text, the number of each line, the workflow command and the step it belongs to."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.diagnosis.scan import Region

LONGEST = 4_000  # characters of a line that are read
MOST = 30_000  # lines read at the start of what was kept, and once more at its end
BLANKS = 3  # empty lines in a row that are kept

_ANSI = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()*+][A-Za-z0-9]|\x1b\][^\x07\n]*\x07?|\x1b[@-_]|\x1b|"
    r"\^\[\[[0-9;?]*[A-Za-z]"
)
_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?")
_CLI = re.compile(r"^([^\t]*)\t([^\t]*)\t(?=\ufeff?\d{4}-\d\d-\d\dT)")
_COMMAND = re.compile(r"^##\[(error|warning|notice|debug|command|group|endgroup|section)\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RUN = "Run "
_ARTEFACT = "\x00"
SCRIPT = "script"
_AFTER_STEPS = ("Post job cleanup.", "Cleaning up orphan processes")

_TRAVIS_COMMAND = re.compile(r"^The command \"([^\n]*)\" (?:failed and )?exited with")
_EXITS = (
    re.compile(r"^Process completed with exit code [1-9]"),
    re.compile(r"^.*\" (?:failed and )?exited with [1-9]\d*(?: during .*)?\.$"),
    re.compile(r"^The command \".*\" failed 3 times\."),
    re.compile(r"^The job exceeded the maximum time limit|^No output has been received in the last"),
    re.compile(r"^Build step '[^']*' marked build as failure"),
)
_LAST_EXIT = re.compile(r"^Done\. Your build exited with [1-9]|^Finished: FAILURE")
_SUCCESS = re.compile(r"\" exited with 0\.$|BUILD SUCCESS(?:FUL)?\b|\*\* (?:BUILD|TEST) SUCCEEDED \*\*")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The lines kept of a log; between two of them others may have been left out."""

    lines: tuple[Line, ...]
    total: int = 0  # lines in the whole log
    begin: int = 0  # index of the first line of the command or step that failed
    exit: int = 0  # index of the line that announces the failing exit, or len(lines)

    @property
    def failed_step(self) -> str:
        """The step, or where a service shows none the command, whose failing exit the log announces first."""
        if self.exit >= len(self.lines):
            return ""
        line = self.lines[self.exit]
        command = _TRAVIS_COMMAND.match(line.text)
        return line.step or (command[1] if command else "")

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


def assemble(regions: Iterable[Region], total: int, *, failed_step: str = "") -> Log:
    """This function will make clean lines of the regions kept by the scanner.

    Where the failed step is known by name, its exit is the failing one, whatever failed before and was forgiven.
    """
    lines = _bounded(_lines(regions))
    end = _exit(lines, failed_step)
    return Log(lines=lines, total=total, exit=end, begin=_begin(lines, end))


def _bounded(lines: Iterator[Line]) -> tuple[Line, ...]:
    """The first and the last lines: a log may consist of nothing but ends of line."""
    head = tuple(islice(lines, MOST))
    return head + tuple(deque(lines, maxlen=MOST))


def _lines(regions: Iterable[Region]) -> Iterator[Line]:
    step, begin, last, order, blanks, in_script = "", 0, 0, 0, 0, False
    for number, raw in _texts(regions):
        if number <= last:
            continue  # two regions overlap
        order += 1 if number == last + 1 else 2
        last = number
        blanks = 0 if raw else blanks + 1
        if raw == _ARTEFACT or blanks > BLANKS:
            order -= 1
            continue
        text, named = _clean(raw)
        found = _COMMAND.match(text)
        command = found[1] if found else ""
        text = text[found.end() :] if found else text
        header = named or _header(text, command)
        if header and (header != step or not named):
            step, begin = header, number
        if command:
            in_script = command == "group" and text.startswith(_RUN)
        elif in_script:
            command = SCRIPT
        yield Line(number, text, command, step, number - begin + 1 if step else 0, order)


def _header(text: str, command: str) -> str:
    """The step that begins at this line, if one does."""
    if command == "group" and text.startswith(_RUN):
        return text.strip()
    return text if text in _AFTER_STEPS else ""


def _texts(regions: Iterable[Region]) -> Iterator[tuple[int, str]]:
    for region in regions:
        text = region.data.decode("utf-8", "replace")
        if "\x1b" in text or "^[[" in text:
            text = _ANSI.sub("", text)
        text = text.removesuffix("\n")
        yield from enumerate(text.split("\n"), region.first)


def _clean(raw: str) -> tuple[str, str]:
    """The text of a line and the step that GitHub's command line tool writes before it, if it does."""
    raw = raw[:LONGEST]
    named = ""
    if "\t" in raw and (found := _CLI.match(raw)) is not None:
        named, raw = found[2], raw[found.end() :]
    stamp = _STAMP.match(raw)
    text = raw[stamp.end() :] if stamp else raw.removeprefix("\ufeff")
    return _CONTROL.sub("", text).rstrip(), named


def _exit(lines: tuple[Line, ...], failed_step: str) -> int:
    """The line that announces the failing exit: in the failed step, else the first, else the service's last word."""
    exits = [index for index, line in enumerate(lines) if any(one.match(line.text) for one in _EXITS)]
    for index in exits:
        if lines[index].step == failed_step:
            return index
    last = (index for index, line in enumerate(lines) if _LAST_EXIT.match(line.text))
    return exits[0] if exits else next(last, len(lines))


def _begin(lines: tuple[Line, ...], exit_index: int) -> int:
    """The first line of what failed: the step of the failing exit, or what came after the last success before it."""
    step = lines[exit_index].step if exit_index < len(lines) else ""
    for index in range(exit_index - 1, -1, -1):
        line = lines[index]
        if _SUCCESS.search(line.text) or (step and line.step != step):
            return index + 1
    return 0
