"""Reads the failures that Mocha numbers, also inside Cypress and other runners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.js_frames import own_locations
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = re.compile(r"^(?P<margin>\s*)(?P<number>\d+)\)(?: (?P<title>\S.*))?$")
_UNTIL = re.compile(
    r"^\s*\d+\)(?: |$)|^npm (?:ERR!|error)|^\[\d\d:\d\d|^\S.*exited with|^\s*=+ |^\s*\((?:Results|Screenshots)\)$"
)
_SAID = re.compile(
    r"^\s*((?:Uncaught )?(?:\w+\.)*\w*(?:Error|Exception)\b.*|.*[Tt]imeout of .*|expected .* to .*)$"
)
_ABORTED = (
    Form(
        head=re.compile(r"^\s*Exception during run: (?P<message>.+)$"),
        cause=Cause.TEST,
        body=re.compile(r"^Require stack:|^- |^\s+at "),
        most=8,
    ),
)
_PASSING = re.compile(r"^\s*(?P<passed>\d+) passing \((?P<count>[\d.]+)(?P<unit>ms|s|m|h)\)$")
_OTHERS = re.compile(r"^\s*(\d+) (pending|failing)$")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_LIST = re.compile(r"\b\d+ failing\b|[✖×] \d+ of \d+ tests? failed")
_TITLES = 8  # lines over which the titles of suites and test go
_STEPS = ("group", "endgroup")  # an error alone may be a matcher's mark on a line of ours
_LONGEST = 60
_WIDEST = 600  # characters of a line that can begin a failure
_BLANKS = 2
_COUNTS_IN = 4  # lines below "passing"


def read(log: Log) -> Iterator[Finding]:
    """This function will find every numbered failure that has a message, and what kept the run from beginning."""
    # Above the list some reporters number the failures too, without their messages.
    lists = (index for index, line in enumerate(log.lines) if _LIST.search(line.text[:_WIDEST]))
    taken = next(lists, len(log.lines))
    told: set[tuple[str, str]] = set()
    for index, line in enumerate(log.lines):
        head = _HEAD.match(line.text[:_WIDEST]) if index > taken and ")" in line.text else None
        if head is None:
            continue
        titles = _titles(log, index, head)
        if titles is None:
            continue
        finding, taken = _failure(log, index, titles)
        if (key := (finding.tests[0], finding.message)) not in told:
            told.add(key)
            yield finding
    yield from read_forms(log, _ABORTED)


def _titles(log: Log, index: int, head: re.Match[str]) -> list[str] | None:
    """The titles from the outermost suite to the test, which ends in a colon; None where the number means another list."""
    titles = [head["title"] or ""]
    if titles[-1].endswith(":"):
        return titles
    margin = len(head["margin"])
    for place in log.downward(index, _TITLES):
        text = log.lines[place].text
        if not text.strip() and titles == [""]:
            continue
        if not text.strip() or len(text) - len(text.lstrip()) <= margin or _HEAD.match(text):
            return None
        titles.append(text.strip())
        if text.endswith(":"):
            return titles
    return None


def _failure(log: Log, index: int, titles: list[str]) -> tuple[Finding, int]:
    block, blanks = [index], 0
    for place in log.downward(index, 4 * _LONGEST):
        text = log.lines[place].text
        blanks = 0 if text.strip() else blanks + 1
        is_over = _UNTIL.search(text) or log.lines[place].command in _STEPS or place >= log.exit > index
        if blanks > _BLANKS or is_over or len(block) >= _LONGEST:
            break
        if text.strip():
            block.append(place)
    below = block[len(titles) :] or block[-1:]
    said = [found[1] for place in below if (found := _SAID.match(log.lines[place].text)) is not None]
    finding = Finding(
        cause=Cause.TEST,
        message=said[0] if said else log.lines[below[0]].text.strip(),
        places=tuple(block),
        tests=(" > ".join(title.rstrip(":") for title in titles if title),),
        locations=own_locations(log, block),
    )
    return finding, block[-1]


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts that end each run."""
    for index, line in enumerate(log.lines):
        found = _PASSING.match(line.text) if " passing (" in line.text else None
        if found is None:
            continue
        others = (_OTHERS.match(log.lines[place].text) for place in log.downward(index, _COUNTS_IN))
        counts = {one[2]: int(one[1]) for one in others if one is not None}
        yield SuiteResult(
            name="mocha",
            passed=int(found["passed"]),
            failed=counts.get("failing", 0),
            skipped=counts.get("pending", 0),
            seconds=round(float(found["count"]) * _UNITS[found["unit"]], 3),
        )


PARSER = LogParser(
    name="mocha",
    signs=(" failing", " passing", "Exception during run: "),
    landmarks=(" failing",),
    read=read,
    suites=suites,
)
