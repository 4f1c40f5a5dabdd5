"""Reads Python tracebacks: which frames are the repository's own, and what was raised in the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

FRAME = re.compile(r"^\s*(?:\| )?File \"(?P<path>[^\"]+)\", line (?P<line>\d+)")
_SHORT_FRAME = re.compile(r"^(?P<path>\S+\.py|<[^>]+>):\d+: in \S")  # as pytest writes it
_RAISED = re.compile(
    r"^\s*(?:E +)?((?:\w+\.)*(?:(?=[A-Z])\w*(?:Error|Exception|Exit|Interrupt|Warning|Timeout|"
    r"Failure|Failed|Mismatch|DoesNotExist|FailTest)\w*|StopIteration|KeyboardInterrupt|Skipped|Exit)(?:: .*|$))"
)
_WIDEST = 400  # characters of a line that can name an error
_FOREIGN = re.compile(r"site-packages/|dist-packages/|/lib(?:64)?/python\d|^<|/pypy\d?[^/]*/lib|\\[Ll]ib\\")


def raised(text: str) -> re.Match[str] | None:
    """This function will match a line that names an error, with the error and its message as group 1."""
    return _RAISED.match(text[:_WIDEST])


def is_own(path: str) -> bool:
    """This function will say whether a frame's file belongs to the repository and not to Python or a package."""
    return not _FOREIGN.search(path)


def own_frames(log: Log, places: Sequence[int]) -> list[int]:
    """This function will leave out the frames of Python itself and of installed packages."""
    kept: list[int] = []
    is_kept, margin = True, 0
    for place in places:
        text = log.lines[place].text
        indent = len(text) - len(text.lstrip())
        if (frame := FRAME.match(text) or _SHORT_FRAME.match(text)) is not None:
            is_kept, margin = is_own(frame["path"]), indent
        elif indent <= margin:
            is_kept = True
        if is_kept:
            kept.append(place)
    return kept


def frame_locations(log: Log, places: Sequence[int]) -> tuple[Location, ...]:
    """This function will return where it went wrong: the last frame of our own and the first, else the last one."""
    found = [one for place in places if (one := FRAME.match(log.lines[place].text)) is not None]
    own = [one for one in found if is_own(one["path"])]
    chosen = [*own[-1:], *own[:1]] or found[-1:]
    return tuple(dict.fromkeys(location(one["path"], one["line"]) for one in chosen))
