"""Reads the advisories that cargo-audit reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log

_FIELD = re.compile(r"^(Crate|Version|Warning|Title|Date|ID|URL|Severity|Solution):\s+(.*\S)")
_TOTAL = re.compile(r"^error: (?:\d+ (?:vulnerabilit|denied warning)|.* vulnerabilit(?:y|ies) found)")
_LONGEST = 12


def read(log: Log) -> Iterator[Finding]:
    """This function will find every advisory that is no mere warning, then the total."""
    found = False
    for index, line in enumerate(log.lines):
        if line.text.startswith("Crate:"):
            advisory = _advisory(log, index)
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


def _advisory(log: Log, index: int) -> Finding | None:
    fields: dict[str, str] = {}
    places: list[int] = []
    for place in (index, *log.downward(index, _LONGEST)):
        field = _FIELD.match(log.lines[place].text)
        if field is None:
            break
        fields[field[1]] = field[2]
        places.append(place)
    if "ID" not in fields or "Warning" in fields:
        return None
    message = f"{fields['ID']} in {fields['Crate']} {fields.get('Version', '')}: {fields.get('Title', '')}"
    return Finding(cause=Cause.DEPENDENCY, message=message, places=tuple(places))


PARSER = LogParser(
    name="cargo audit",
    signs=("RUSTSEC-", "vulnerabilit", "denied warning"),
    read=read,
    landmarks=("RUSTSEC-",),
)
