"""Reads the undefined behaviour, leaks and unsupported operations that Miri finds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.rust_diagnostics import MIRI, block_below
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_HEAD = re.compile(rf"^\s*(?:test (?P<test>\S.*?) \.\.\. )?error: (?P<message>(?:{MIRI.pattern}).*)")
_PLACE = re.compile(r"^\s*--> (?P<path>[^\s:]+):(?P<line>\d+)(?::(?P<column>\d+))?$")
_INSIDE = re.compile(r" at (?P<path>[^\s:]+):(?P<line>\d+):(?P<column>\d+)(?:: \d+:\d+)?$")
_LIBRARY = re.compile(r"/rustlib/src/|\.cargo/registry/|^/rustc/")
_RUNNING = re.compile(r"^test (?P<test>\S+) \.\.\. ?$")
_FRAMES = re.compile(r"^\s*= (?:note: (?:BACKTRACE|inside)|help: (?:this indicates|see https))")


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error by which Miri ends the program, with the place in the own code."""
    for index, line in enumerate(log.lines):
        head = _HEAD.match(line.text) if "error: " in line.text else None
        if head is None:
            continue
        block = block_below(log, index)
        above = log.lines[index - 1].text if log.follows(index) else ""
        running = _RUNNING.match(above)
        test = head["test"] or (running["test"] if running else "")
        yield Finding(
            cause=Cause.TEST,
            message=head["message"],
            places=tuple(place for place in block if not _FRAMES.match(log.lines[place].text)),
            tests=(test,) if test else (),
            locations=tuple(_own(log, block)),
        )


def _own(log: Log, block: list[int]) -> list[Location]:
    """The first place that is not in the library; Miri's arrow may point into it."""
    texts = [log.lines[place].text for place in block[1:]]
    found = [one for text in texts if (one := _PLACE.match(text) or _INSIDE.search(text))]
    own = [one for one in found if not _LIBRARY.search(one["path"])]
    return [location(one["path"], one["line"], one["column"]) for one in (own or found)[:1]]


PARSER = LogParser(
    name="miri",
    signs=(
        "Undefined Behavior: ",
        "memory leaked: ",
        "unsupported operation: ",
        "program deadlocked",
        "leaked memory",
    ),
    read=read,
    landmarks=("Undefined Behavior: ",),
)
