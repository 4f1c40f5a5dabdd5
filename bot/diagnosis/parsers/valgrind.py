"""Reads the errors and definite leaks that Valgrind's tools report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = re.compile(
    r"==\d+== (?P<message>Invalid (?:read|write|free)\b.*|(?:Mismatched|Jump to the invalid|Source and destination overlap|"
    r"Conditional jump or move depends|Use of uninitialised|Syscall param|Process terminating|Argument '\w+' of function|"
    r"Possible data race|Thread #\d+: ).*|[\d,]+ (?:\([^()]*\) )?bytes .* (?:definitely|indirectly) lost.*)"
)
_BODY = re.compile(r"==\d+==\s{2,}\S")
_PLACE = re.compile(r" \((?P<path>[\w./+-]+\.\w+):(?P<line>\d+)\)$")
_LIBRARY = re.compile(r"vg_replace|\.so\b|libc-start|vgpreload")
_TOTAL = re.compile(r"==\d+== (?P<message>ERROR SUMMARY: [1-9]\d* errors? from .*)")
_LONGEST = 30
_MOST = 16


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error once, then the count of them."""
    told: set[tuple[str, str]] = set()
    found = False
    for index, line in enumerate(log.lines):
        if "== " not in line.text:
            continue
        if (head := _HEAD.search(line.text)) is not None:
            finding = _finding(log, index, head["message"])
            key = (finding.message, str(finding.locations))
            if key not in told:
                told.add(key)
                yield finding
            found = True
        elif (total := _TOTAL.search(line.text)) is not None:
            yield Finding(
                cause=Cause.TEST,
                message=total["message"],
                places=(index,),
                rank=Rank.CONSEQUENCE if found else Rank.ROOT,
            )


def _finding(log: Log, index: int, message: str) -> Finding:
    block = [index]
    for place in log.downward(index, _LONGEST):
        if not _BODY.search(log.lines[place].text):
            break
        block.append(place)
    frames = (_PLACE.search(log.lines[place].text) for place in block)
    own = [frame for frame in frames if frame is not None and not _LIBRARY.search(frame["path"])]
    return Finding(
        cause=Cause.TEST,
        message=message,
        places=tuple(block[:_MOST]),
        locations=tuple(location(frame["path"], frame["line"]) for frame in own[:1]),
    )


PARSER = LogParser(
    name="valgrind",
    signs=("ERROR SUMMARY: ", "definitely lost", "Invalid read", "Invalid write", "ninitialised value"),
    read=read,
    landmarks=("ERROR SUMMARY: ",),
)
