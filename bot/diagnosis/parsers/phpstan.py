"""Reads what PHPStan, Psalm, PHP_CodeSniffer and PHP-CS-Fixer say of PHP code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_FILE = re.compile(r"^\s+Line\s+(?P<stan>\S+\.\w+)(?: \(.*\))?$|^FILE: (?P<sniffer>\S.*\.\w+)$")
_ROW = re.compile(
    r"^\s*:?(?P<line>\d+)\s+(?:\| (?P<level>ERROR|WARNING)\s*\|\s*(?:\[.\])?)?\s*(?P<message>\S.*)$"
)
_MORE = re.compile(r"^\s+(?:\|\s+\||\S)")
_RULE = re.compile(r"^(?=[ -]*-----)[ -]+$|^\s*-{4,} -{4,}")
_LONGEST = 400
_FORMS = (
    Form(  # Psalm
        head=re.compile(
            r"^(?:ERROR: )?(?P<message>[A-Z]\w+ - (?P<path>\S+\.php):(?P<line>\d+):(?P<column>\d+) - .+)"
        ),
        cause=Cause.LINT,
        body=re.compile(r"^\s+\S"),
        most=5,
    ),
    Form(  # PHP-CS-Fixer
        head=re.compile(r"^\s+\d+\) (?P<path>\S+\.php) \((?P<message>\w+(?:, \w+)*)\)$"),
        cause=Cause.FORMAT,
        body=re.compile(r"^\s+\S"),
        until=re.compile(r"^\s+\d+\) \S+\.php"),
        places=0,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find every place that a checker complains of."""
    for index, line in enumerate(log.lines):
        file = _FILE.match(line.text)
        if file is not None:
            yield from _rows(log, index, file["stan"] or file["sniffer"])
    yield from read_forms(log, _FORMS)


def _rows(log: Log, head: int, path: str) -> Iterator[Finding]:
    rules, block = 0, [head]
    row: re.Match[str] | None = None
    for place in log.downward(head, _LONGEST):
        text = log.lines[place].text
        rules += _RULE.match(text) is not None
        found = _ROW.match(text)
        if row is not None and (found or not _MORE.match(text) or _RULE.match(text)):
            yield _finding(row, path, block)
            row, block = None, []
        if found is not None:
            row, block = found, [*block, place]
        elif row is not None:
            block.append(place)
        elif not text or _FILE.match(text):
            return


def _finding(row: re.Match[str], path: str, block: list[int]) -> Finding:
    return Finding(
        cause=Cause.LINT,
        message=row["message"],
        places=tuple(block),
        locations=(location(path, row["line"]),),
    )


PARSER = LogParser(
    name="phpstan",
    signs=("  Line ", "FILE: ", "ERROR: ", ".php ("),
    read=read,
)
