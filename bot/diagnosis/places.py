"""Reads places in files off log text, as paths within the repository where that can be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where hosted runners and other services check a repository out: what follows is the path within it.
_CHECKOUT = re.compile(
    r"^(?:/home/runner/work/[^/]+/[^/]+/"
    r"|/Users/runner/work/[^/]+/[^/]+/"
    r"|/__w/[^/]+/[^/]+/"
    r"|/github/workspace/"
    r"|[A-Za-z]:/a/[^/]+/[^/]+/"
    r"|/(?:home|Users)/travis/build/[^/]+/[^/]+/"
    r"|/builds/workspace/[^/]+/"
    r"|/var/lib/jenkins/workspace/[^/]+/)"
)

_PATH = r"(?!//)(?:[A-Za-z]:)?(?:[\w.@+~/\\-][\w.@+~/\\{}\[\]$-]*[\w+\])}-]|\w)\.[A-Za-z][\w+]{0,14}"
_PLACE = re.compile(
    rf"(?<![\w.@/\\-])({_PATH})(?::(\d{{1,7}})(?::(\d{{1,6}}))?"  # path:12:5
    r"|\((\d{1,7})(?:,\s?(\d{1,6}))?\)"  # path(12,5)
    r"|:\[(\d{1,7}),(\d{1,6})\]"  # path:[12,5]
    r"|(?:\",|[:,])? line (\d{1,7})\b)"  # path", line 12 or path: line 12 or path line 12
)


def path_in_repository(path: str) -> str:
    """This function will make a path relative to the repository where it stands in a known checkout."""
    path = path.replace("\\", "/")
    short = _CHECKOUT.sub("", path)
    while short.startswith("./"):
        short = short[2:]
    return short


def location(path: str, line: str | int, column: str | int | None = None) -> Location:
    """This function will make a location of what a pattern found."""
    return Location(path=path_in_repository(path), line=int(line), column=int(column) if column else None)


def locations_in(text: str) -> Iterator[Location]:
    """This function will find the places in files that a line names, in the usual forms of compilers and tests."""
    for found in _PLACE.finditer(text):
        lines = [found[group] for group in (2, 4, 6, 8) if found[group] is not None]
        columns = [found[group] for group in (3, 5, 7) if found[group] is not None]
        yield location(found[1], lines[0], columns[0] if columns else None)
