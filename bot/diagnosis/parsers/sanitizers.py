"""Reads the reports of AddressSanitizer and its relatives: what they found, where, and the frames of the own code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_HEAD = re.compile(
    r"(?:==\d+==\s?)?(?:ERROR|WARNING): (?P<message>(?:Address|Leak|Thread|Memory|HWAddress|Type|DataFlow|Undefined\w+)Sanitizer: .+)"
)
_UNDEFINED = re.compile(r"(?P<path>[^\s:]+):(?P<line>\d+):(?P<column>\d+): runtime error: (?P<message>.+)")
_SUMMARY = re.compile(r"SUMMARY: \w+Sanitizer: ")
_FRAME = re.compile(r"^\S*\s*#\d+ (?:0x[0-9a-f]+ )?(?:in )?")
_PLACE = re.compile(r" (?P<path>(?:[A-Za-z]:)?[^\s:()]+\.\w+):(?P<line>\d+)(?::(?P<column>\d+))?(?: \(|$)")
_FOREIGN = re.compile(
    r"^/usr/|^\.\./|^csu/|/include/c\+\+/|sysdeps/|libsanitizer|compiler-rt/|/rustc/|^/build/|\.cargo/registry/|\.rustup/"
)
_SHADOW = re.compile(r"Shadow byte|^\s*=>?0x|^\s+0x[0-9a-f]+: |^\s{2}[A-Z][\w ]+: +[0-9a-f]{2}")
_OTHER = re.compile(r": runtime error: |(?:ERROR|WARNING): \w+Sanitizer: |^==\d+== \s*\S")  # the next report
_NUMBERS = re.compile(r"(?: on (?:unknown )?address)? 0x[0-9a-f]+.*$| \(pid=\d+\)$")
_LONGEST = 160
_FRAMES = 3  # of each stack, and those in the own code
_MOST = 30


def read(log: Log) -> Iterator[Finding]:
    """This function will find every report, and every undefined operation once."""
    told: set[str] = set()
    last = -1
    for index, line in enumerate(log.lines):
        if index <= last or ("Sanitizer: " not in line.text and "runtime error: " not in line.text):
            continue
        head = _HEAD.search(line.text[:500]) if "ERROR: " in line.text or "WARNING: " in line.text else None
        if head is not None:
            block = _block(log, index)
            last = block[-1]
            yield _finding(log, _NUMBERS.sub("", head["message"]), block)
        elif (undefined := _UNDEFINED.search(line.text[:500])) is not None and undefined[0] not in told:
            told.add(undefined[0])
            where = location(undefined["path"], undefined["line"], undefined["column"])
            yield Finding(
                cause=Cause.TEST,
                message=undefined["message"],
                places=tuple(_telling(log, [index, *_frames(log, index)])),
                locations=(where,),
            )


def _block(log: Log, index: int) -> list[int]:
    """The lines of one report: down to its summary."""
    block = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if log.lines[place].command or _SHADOW.search(text) or _OTHER.search(text):
            break
        block.append(place)
        if _SUMMARY.search(text):
            break
    return block


def _frames(log: Log, index: int) -> Iterator[int]:
    for place in log.downward(index, _LONGEST):
        if not _FRAME.match(log.lines[place].text):
            return
        yield place


def _finding(log: Log, message: str, block: list[int]) -> Finding:
    own = [where for place in block if (where := _own(log, place)) is not None]
    return Finding(
        cause=Cause.TEST,
        message=message,
        places=tuple(_telling(log, block)),
        locations=tuple(own[:1]),
    )


def _own(log: Log, place: int) -> Location | None:
    text = log.lines[place].text
    found = _PLACE.search(text) if _FRAME.match(text) else None
    if found is None or _FOREIGN.search(found["path"]):
        return None
    return location(found["path"], found["line"], found["column"])


def _telling(log: Log, block: list[int]) -> Iterator[int]:
    """The lines without the frames of runtime and library; the summary always."""
    kept: list[int] = []
    depth = 0
    for place in block:
        text = log.lines[place].text
        is_frame = _FRAME.match(text) is not None
        depth = depth + 1 if is_frame else 0
        if text.strip() and (not is_frame or depth <= _FRAMES or _own(log, place) is not None):
            kept.append(place)
    yield from kept if len(kept) <= _MOST else (*kept[: _MOST - 1], kept[-1])


PARSER = LogParser(
    name="sanitizer",
    signs=("Sanitizer: ", "runtime error: "),
    read=read,
    landmarks=("Sanitizer: ", "runtime error: "),
)
