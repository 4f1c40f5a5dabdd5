"""Reads the failures of Twisted's trial; unittest's reader counts its tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.python_frames import frame_locations, own_frames, raised
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = re.compile(r"^\[(?:FAIL|ERROR|SUCCESS!\?!)\]$")
_REASON = re.compile(r"^(?:Traceback |Reason: |builtins\.|[\w.]+(?:Error|Exception|Failure)\b)")
_BAR = re.compile(r"^[=-]{20,}$")
_TEST = re.compile(r"^(?:\w+\.)+test\w*$|^(?:\w+\.)+(?:setUp|tearDown)\w*$")
_LONGEST = 400


def read(log: Log) -> Iterator[Finding]:
    """This function will find every failure; tests that fail alike are listed below one of them."""
    for index, line in enumerate(log.lines):
        below = log.lines[next(log.downward(index, 1), index)].text
        # Maven leaves lines of a bare [ERROR] too.
        if _HEAD.match(line.text) and (line.text != "[ERROR]" or _REASON.match(below)):
            block = [index]
            for place in log.downward(index, _LONGEST):
                if _BAR.match(log.lines[place].text):
                    break
                block.append(place)
            yield _failure(log, block)


def _failure(log: Log, block: list[int]) -> Finding:
    texts = [log.lines[place].text for place in block]
    errors = [found[1] for text in texts if (found := raised(text)) is not None]
    shown = [place for place in own_frames(log, block) if log.lines[place].text.strip()]
    return Finding(
        cause=Cause.TEST,
        message=errors[-1] if errors else log.lines[shown[-1]].text.strip(),
        places=tuple(shown),
        tests=tuple(text for text in texts if _TEST.match(text)),
        locations=frame_locations(log, block),
    )


PARSER = LogParser(name="trial", signs=("[FAIL]", "[ERROR]", "[SUCCESS!?!]"), read=read)
