"""Reads JavaScript stack traces: which frames are the project's own, and where a test went wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.places import locations_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location
    from bot.diagnosis.parsing import Finding

_FRAME = re.compile(r"^\s*(?:at |❯ |› )\S")  # noqa: RUF001 - runners print such signs
_STACK = re.compile(r"^\s*(?:at (?:async )?)?[\w.<>\[\] ]*\(?(?:node:|internal/)")
_FOREIGN = re.compile(
    r"node_modules/|[(\s]node:|[(\s]internal/|\(native\)|<anonymous>\)?$|at <Jasmine>|webpack/bootstrap"
)
_TEST_FILE = re.compile(r"[._-](?:test|spec|cy|e2e)s?\.|(?:^|/)(?:__tests__|tests?|specs?|e2e)/")


def sharpened(log: Log, found: Iterable[Finding]) -> Iterator[Finding]:
    """This function will set the locations of findings to the project's own place and that in the test's file."""
    for finding in found:
        yield replace(finding, locations=own_locations(log, finding.places) or finding.locations)


def is_foreign(text: str) -> bool:
    """This function will say whether a line is a frame of a package or of Node.js itself."""
    return _FOREIGN.search(text) is not None if _FRAME.match(text) else _STACK.match(text) is not None


def own_locations(log: Log, places: Iterable[int]) -> tuple[Location, ...]:
    """This function will return the first place that a frame of the project names, and the first in a test's file."""
    texts = [log.lines[place].text.replace("file://", "") for place in places]
    own = [
        one
        for text in texts
        if _FRAME.match(text) and not _FOREIGN.search(text)
        for one in locations_in(text)
    ]
    tests = [one for one in own if _TEST_FILE.search(one.path)]
    return tuple(dict.fromkeys((*own[:1], *tests[:1])))
