"""Reads Python tracebacks that end a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.python_frames import frame_locations, own_frames
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = "Traceback (most recent call last):"
_CHAIN = re.compile(r"^(?:During handling of the above|The above exception was)")
_MORE = re.compile(r"^(?:\s|[a-z\[({'\"])")
_UNCOMPILED = re.compile(r"(?:Syntax|Indentation|Tab)Error: ")
_LONGEST = 200
_WHOLE = 12  # lines of frames that are shown as they are …
_SHOWN = 8  # … or else the last lines of our own and of all
_SAID = 4  # lines of the error itself
_SYNTAX = (
    Form(  # a program that cannot be compiled has no traceback
        head=re.compile(r"^\s*File \"(?P<path>[^\"<]+)\", line (?P<line>\d+)$"),
        cause=Cause.COMPILE,
        body=re.compile(r"^\s+\S|^(?:Syntax|Indentation|Tab)Error: "),
        needs=re.compile(r"\n(?:Syntax|Indentation|Tab)Error: "),
        says=re.compile(r"\n((?:Syntax|Indentation|Tab)Error: .*)"),
        rank=Rank.LIKELY,
        most=5,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every traceback; of a chain of them, what was raised last."""
    told: set[str] = set()
    taken: set[int] = set()
    for index, line in enumerate(log.lines):
        if line.text.strip() != _HEAD:
            continue
        finding = _traceback(log, index, margin=len(line.text) - len(line.text.lstrip()))
        if finding is None:
            continue
        taken.update(finding.places)
        if finding.message not in told:
            told.add(finding.message)
            yield finding
    yield from (finding for finding in read_forms(log, _SYNTAX) if taken.isdisjoint(finding.places))


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
    frames = [place for place in frames if log.lines[place].text.strip()]
    message = log.lines[said[0]].text.strip()
    return Finding(
        cause=Cause.UNKNOWN,
        message=message,
        places=(*_shown(log, [index, *frames]), *said),
        rank=Rank.LIKELY,
        # what cannot be compiled is named by the last frame, whoever's it is
        locations=frame_locations(log, frames[-3:] if _UNCOMPILED.match(message) else frames),
    )


def _shown(log: Log, lines: list[int]) -> list[int]:
    """The whole traceback if it is short, else its last frames and the last ones of our own."""
    if len(lines) <= _WHOLE:
        return lines
    own = own_frames(log, lines[1:])
    return sorted({lines[0], *own[-_SHOWN:], *lines[-_SHOWN // 2 :]})


def _followed(log: Log, index: int) -> bool:
    """Whether another traceback of the same chain follows."""
    return any(_CHAIN.match(log.lines[place].text) for place in log.downward(index, 3))


PARSER = LogParser(
    name="traceback",
    signs=(_HEAD, "SyntaxError: ", "IndentationError: ", "TabError: "),
    read=read,
    landmarks=("Traceback (most recent call last)",),
)
