"""Reads complaints that a linter lists in rows of `line:column` under the path of their file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.parsing import Finding, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Cause

_WIDEST = 1_500  # characters of a line that can be a row
_LONGEST = 2_000  # rows of one file
_LOCATIONS = 50  # of one file


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How a linter writes the path of a file and the rows under it.

    `head` names the group path; `row` names line, column, message and grave, which is empty for a mere warning.
    `more` is how the text of a row goes on in the next line.
    """

    head: re.Pattern[str]
    row: re.Pattern[str]
    more: re.Pattern[str]
    cause: Cause


def read_rows(log: Log, rows: Rows, *, warnings: bool) -> Iterator[Finding]:
    """This function will find the files with grave rows; warnings are left out unless they are what failed."""
    for index, line in enumerate(log.lines):
        head = rows.head.match(line.text[:_WIDEST])
        if head is None or not log.follows(index + 1):
            continue
        taken, found = _taken(log, rows, index, warnings=warnings)
        if found:
            yield Finding(
                cause=rows.cause,
                message=found[0]["message"].strip(),
                places=(index, *taken),
                locations=tuple(
                    location(head["path"], row["line"], row["column"]) for row in found[:_LOCATIONS]
                ),
                rank=Rank.ROOT,
            )


def _taken(log: Log, rows: Rows, index: int, *, warnings: bool) -> tuple[list[int], list[re.Match[str]]]:
    """The lines under a path that tell of what failed, and the rows among them."""
    taken: list[int] = []
    found: list[re.Match[str]] = []
    wanted = False
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text[:_WIDEST]
        row = rows.row.match(text)
        if row is None and not rows.more.match(text):
            break
        if row is not None:
            wanted = warnings or bool(row["grave"])
            if wanted:
                found.append(row)
        if wanted:
            taken.append(place)
    return taken, found
