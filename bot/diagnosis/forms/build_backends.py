"""Reads what a build backend said before it failed, as the Python installers quote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.python_frames import raised
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_LONGEST = 400
_HEADING = 4  # lines that name the step of the build and its exit code
_BEGINNING, _ENDING = 5, 12  # lines of what was said that are quoted
_ERROR = re.compile(r"^\s*((?:\S+:\d+:(?:\d+:)? )?(?:fatal )?error: \S.*)", re.IGNORECASE)


def read_backends(log: Log, head: re.Pattern[str], end: re.Pattern[str]) -> Iterator[Finding]:
    """This function will find every quoted failure of a backend, from a heading to the end of the quotation."""
    taken = -1
    for index, line in enumerate(log.lines):
        if index <= taken or not head.match(line.text):
            continue
        block = _block(log, index, end)
        taken = block[-1]
        if len(block) > _HEADING:  # else it only points at what was said above
            yield _finding(log, block)


def _block(log: Log, index: int, end: re.Pattern[str]) -> list[int]:
    block = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if end.search(text) or log.lines[place].command:
            break
        if text.strip():
            block.append(place)
    return block


def _finding(log: Log, block: list[int]) -> Finding:
    texts = [log.lines[place].text for place in block]
    thrown = [found[1] for text in texts if (found := raised(text)) is not None]
    errors = [found[1] for text in texts[1:] if (found := _ERROR.match(text)) is not None]
    places = block if len(block) <= _BEGINNING + _ENDING else [*block[:_BEGINNING], *block[-_ENDING:]]
    return Finding(
        cause=Cause.DEPENDENCY,
        message=(*errors[:1], *thrown[-1:], texts[0])[0].strip(),
        places=tuple(places),
    )
