"""Reads the errors that rustc, clippy and rustdoc draw: message, arrow, code, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

HEAD = re.compile(r"^error(?:\[(?P<code>E\d{4})\])?: (?P<message>.+)")
# What Miri says of the program that it runs, in the compiler's form.
MIRI = re.compile(
    r"Undefined Behavior: |memory leaked: |unsupported operation: |the evaluated program |deadlock: |"
    r"abnormal termination: |resource exhaustion: "
)
_ARROW = re.compile(
    r"^\s*(?:-->|:::) (?P<path>[^\s:]+(?::[^\s:\d][^\s:]*)*):(?P<line>\d+)(?::(?P<column>\d+))?"
)
_TAIL = re.compile(
    r"^(?:aborting due to|could not compile|could not document|build failed|(?:doc)?test failed, to rerun|"
    r"Recipe |process didn't exit|failed to run custom build command|\d+ targets? failed)"
)
_BODY = re.compile(r"^\s*(?:\d+\s*[|+~-]|\||=|-->|:::|\.\.\.|help:|note:|>>>|~|\+|-)|^\s+\S")
_DRAWN = re.compile(r"^\s*(?:\d+\s*\||\||=|-->)")  # may follow a blank line where a service doubles line ends
_SECTION = re.compile(r"^---- .+ (?:stdout|stderr) ----$")
_SECTION_ENDS = re.compile(r"^(?:failures:|test result:)")
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One error of the compiler, in places of `Log.lines`."""

    code: str  # E0308, or nothing where it is a lint's
    message: str
    where: Location | None
    places: tuple[int, ...]
    text: str

    @property
    def title(self) -> str:
        """The message with its code."""
        return f"[{self.code}]: {self.message}" if self.code else self.message


def diagnostics_in(log: Log) -> Iterator[Diagnostic]:
    """This function will find every error of the compiler, but not Miri's and not those within a doc test."""
    in_test = False
    for index, line in enumerate(log.lines):
        if line.text.startswith("---- "):
            in_test = _SECTION.match(line.text) is not None
        elif in_test and _SECTION_ENDS.match(line.text):
            in_test = False
        head = HEAD.match(line.text) if not in_test and line.text.startswith("error") else None
        if head is not None and not (_TAIL.match(head["message"]) or MIRI.match(head["message"])):
            yield _diagnostic(log, block_below(log, index), head)


def block_below(log: Log, index: int) -> list[int]:
    """This function will return the lines of one diagnostic: down to the blank line after it."""
    block, skipped = [index], False
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if not text.strip():
            if skipped:
                break
            skipped = True
            continue
        if log.lines[place].command or not (_DRAWN if skipped else _BODY).match(text):
            break
        skipped = False
        block.append(place)
    return block


def _diagnostic(log: Log, block: list[int], head: re.Match[str]) -> Diagnostic:
    arrows = [found for place in block[1:] if (found := _ARROW.match(log.lines[place].text))]
    arrow = arrows[0] if arrows and "-->" in arrows[0][0] else None
    return Diagnostic(
        code=head["code"] or "",
        message=head["message"],
        where=location(arrow["path"], arrow["line"], arrow["column"]) if arrow else None,
        places=tuple(block),
        text="\n".join(log.lines[place].text for place in block),
    )
