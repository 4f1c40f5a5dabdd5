"""Reads what rustc, clippy and rustdoc say about code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log
    from bot.diagnosis.model import Location

_HEAD = re.compile(r"^error(\[E\d{4}\])?: (?P<message>.+)")
_ARROW = re.compile(
    r"^\s*(?:-->|:::) (?P<path>[^\s:]+(?::[^\s:\d][^\s:]*)*):(?P<line>\d+)(?::(?P<column>\d+))?"
)
_LINK = re.compile(r"^linking with `[^`]*` failed|^linker `[^`]*` not found")
_LINK_SAYS = re.compile(
    r"undefined (?:reference|symbol)|\bld(?:\.\w+)?: |collect2: error|cannot find -l|library not found|\.o: in function"
)
_TAIL = re.compile(
    r"^(?:aborting due to|could not compile|could not document|build failed|test failed, to rerun|"
    r"Recipe |process didn't exit|failed to run custom build command)"
)
_BODY = re.compile(r"^\s*(?:\d+\s*[|+~-]|\||=|-->|:::|\.\.\.|help:|note:|>>>|~|\+|-)|^\s+\S")
_LONGEST = 80
_WIDEST = 2_000  # characters of a line; the linker's command line is longer


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error that comes with a place in the code, and failed linking."""
    told: set[tuple[str, Location | None]] = set()
    for index, line in enumerate(log.lines):
        head = _HEAD.match(line.text) if "error" in line.text else None
        if head is None or _TAIL.match(head["message"]):
            continue
        block = _block(log, index)
        finding = _linking(log, block) if _LINK.match(head["message"]) else _diagnostic(log, block, head)
        if finding is None:
            continue
        key = (finding.message, finding.locations[0] if finding.locations else None)
        if key not in told:  # the library and its tests are compiled apart and say the same
            told.add(key)
            yield finding


def _block(log: Log, index: int) -> list[int]:
    """The lines of one diagnostic: down to the blank line after it."""
    block = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if not text.strip() or log.lines[place].command or not _BODY.match(text):
            break
        block.append(place)
    return block


def _diagnostic(log: Log, block: list[int], head: re.Match[str]) -> Finding | None:
    arrows = [found for place in block[1:] if (found := _ARROW.match(log.lines[place].text))]
    if not arrows or "-->" not in arrows[0][0]:
        return None
    text = "\n".join(log.lines[place].text for place in block)
    place = location(arrows[0]["path"], arrows[0]["line"], arrows[0]["column"])
    return Finding(
        cause=_cause(text, log.lines[block[0]].step, coded=head[1] is not None),
        message=f"{head[1] or ''}{': ' if head[1] else ''}{head['message']}",
        places=tuple(block),
        locations=(place,),
    )


def _cause(text: str, step: str, *, coded: bool) -> Cause:
    if "rustdoc::" in text:
        return Cause.DOCS
    if not coded and ("clippy" in text or "clippy" in step):
        return Cause.LINT
    return Cause.COMPILE


def _linking(log: Log, block: list[int]) -> Finding:
    says = [place for place in block[1:] if _LINK_SAYS.search(log.lines[place].text)]
    says = [place for place in says if len(log.lines[place].text) < _WIDEST]
    first = log.lines[says[0]].text.strip().removeprefix("= note: ") if says else log.lines[block[0]].text
    return Finding(
        cause=Cause.COMPILE,
        message=first,
        places=(block[0], *says),
        rank=Rank.ROOT,
    )


PARSER = LogParser(name="rustc", signs=("error[E", "error: "), read=read, landmarks=("error[E",))
