"""Reads Python tracebacks that end a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log

_HEAD = "Traceback (most recent call last):"
_FRAME = re.compile(r"^\s*File \"(?P<path>[^\"]+)\", line (?P<line>\d+)")
_CHAIN = re.compile(r"^(?:During handling of the above|The above exception was)")
_MORE = re.compile(r"^(?:\s|[a-z\[({'\"])")
_LONGEST = 200
_SHOWN = 8  # last lines of the frames
_SAID = 4  # lines of the error itself


def read(log: Log) -> Iterator[Finding]:
    """This function will find every traceback; of a chain of them, what was raised last."""
    told: set[str] = set()
    for index, line in enumerate(log.lines):
        if line.text.strip() != _HEAD:
            continue
        finding = _traceback(log, index, margin=len(line.text) - len(line.text.lstrip()))
        if finding is not None and finding.message not in told:
            told.add(finding.message)
            yield finding


def _traceback(log: Log, index: int, *, margin: int) -> Finding | None:
    frames: list[int] = []
    said: list[int] = []
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if not said and (not text.strip() or text.startswith(" " * (margin + 1))):
            frames.append(place)
        elif (not said and text.strip()) or (text.strip() and len(said) < _SAID and _MORE.match(text)):
            said.append(place)
        else:
            break
    if not said or _followed(log, said[-1]):
        return None
    shown = [place for place in frames if log.lines[place].text.strip()][-_SHOWN:]
    places = [found for place in frames if (found := _FRAME.match(log.lines[place].text)) is not None]
    return Finding(
        cause=Cause.UNKNOWN,
        message=log.lines[said[0]].text.strip(),
        places=(*shown, *said),
        rank=Rank.LIKELY,
        locations=tuple(location(found["path"], found["line"]) for found in places[-1:]),
    )


def _followed(log: Log, index: int) -> bool:
    """Whether another traceback of the same chain follows."""
    return any(_CHAIN.match(log.lines[place].text) for place in log.downward(index, 3))


PARSER = LogParser(
    name="traceback", signs=(_HEAD,), read=read, landmarks=("Traceback (most recent call last)",)
)
