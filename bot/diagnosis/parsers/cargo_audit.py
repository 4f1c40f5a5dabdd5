"""Reads the advisories that cargo-audit reports."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_FIELD = re.compile(r"^(Crate|Version|Warning|Title|Date|ID|URL|Severity|Solution):\s+(.*\S)")
_TOTAL = re.compile(r"^error: (?:\d+ (?:vulnerabilit|denied warning)|.* vulnerabilit(?:y|ies) found)")
_LONGEST = 12


def read(log: Log) -> Iterator[Finding]:
    """This function will find every advisory that is no mere warning, or a warning that is denied, then the total."""
    found = False
    denied = any("denied warning" in line.text for line in log.lines)
    for index, line in enumerate(log.lines):
        if line.text.startswith("Crate:"):
            advisory = _advisory(log, index, denied=denied)
            if advisory is not None:
                found = True
                yield advisory
        elif _TOTAL.match(line.text):
            yield Finding(
                cause=Cause.DEPENDENCY,
                message=line.text.removeprefix("error: "),
                places=(index,),
                rank=Rank.CONSEQUENCE if found else Rank.ROOT,
            )


def _advisory(log: Log, index: int, *, denied: bool) -> Finding | None:
    places = tuple(
        takewhile(lambda place: _FIELD.match(log.lines[place].text), (index, *log.downward(index, _LONGEST)))
    )
    found = (_FIELD.match(log.lines[place].text) for place in places)
    fields = {field[1]: field[2] for field in found if field is not None}
    if "ID" not in fields or ("Warning" in fields and not denied):
        return None
    message = f"{fields['ID']} in {fields['Crate']} {fields.get('Version', '')}: {fields.get('Title', '')}"
    return Finding(cause=Cause.DEPENDENCY, message=message, places=places)


PARSER = LogParser(
    name="cargo audit",
    signs=("RUSTSEC-", "vulnerabilit", "denied warning"),
    read=read,
    landmarks=("RUSTSEC-",),
)
