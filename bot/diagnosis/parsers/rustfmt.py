"""Reads the differences that `cargo fmt --check` shows, or the files that it only names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = re.compile(r"^Diff in (?P<path>\S.*?)(?: at line |:)(?P<line>\d+):$")
_NAMED = re.compile(r"^(?P<path>(?:[A-Za-z]:)?[^\s:]+\.rs)$")
_LISTS = re.compile(r"\bfmt\b.*(?:\s-l\b|--files-with-diff)|\brustfmt\b.*(?:\s-l\b|--files-with-diff)")
_LONGEST = 200


def read(log: Log) -> Iterator[Finding]:
    """This function will find every place that is not formatted."""
    lists = False
    for index, line in enumerate(log.lines):
        lists = lists or ("fmt" in line.text and _LISTS.search(line.text) is not None)
        named = _NAMED.match(line.text) if lists and line.text.endswith(".rs") else None
        if named is not None:
            path = path_in_repository(named["path"])
            message = f"{path} is not formatted as rustfmt formats it"
            yield Finding(cause=Cause.FORMAT, message=message, places=(index,))
        head = _HEAD.match(line.text) if line.text.startswith("Diff in ") else None
        if head is None:
            continue
        yield Finding(
            cause=Cause.FORMAT,
            message=f"{path_in_repository(head['path'])} is not formatted as rustfmt formats it",
            places=(index, *_changed(log, index)),
            locations=(location(head["path"], head["line"]),),
        )


def _changed(log: Log, index: int) -> Iterator[int]:
    for place in log.downward(index, _LONGEST):
        line = log.lines[place]
        if line.command or line.text.startswith("Diff in ") or (line.text and line.text[0] not in " +-"):
            return
        if line.text.startswith(("+", "-")):
            yield place


PARSER = LogParser(
    name="rustfmt",
    signs=("Diff in ", "--files-with-diff", "fmt -l", "-- -l", "--check -l"),
    read=read,
    landmarks=("Diff in ",),
)
