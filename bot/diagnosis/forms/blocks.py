"""Reads findings by tables of forms: how a failure's first line looks and how far its text goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bot.diagnosis.forms.literals import required
from bot.diagnosis.log.logs import SCRIPT
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location, locations_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Cause, Location, SuiteResult

ALWAYS = re.compile(r"")
NEVER = re.compile(r"(?!)")
WIDEST = 1_500  # characters of a line that can be the head of a failure

# Folders of other people's code: a place there is not where the failure is mended.
_FOREIGN = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.cargo|\.rustup|\.gem|gems|vendor|go/pkg/mod|usr|opt|lib/python[\d.]+)/"
    r"|^(?:node:|internal/|java\.|sun\.|<)"
)
_FOREIGN_FRAME = re.compile(
    r"^\s*at (?:app//)?(?:java|javax|jdk|sun|junit|kotlin|scala|org\.(?:junit|testng|assertj|hamcrest|"
    r"opentest4j|mockito|gradle|apache\.maven|scalatest))\."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way in which a tool writes a failure.

    `head` may name the groups test, suite, message, path, line and column. The block goes on while `body` matches,
    over at most `blanks` blank lines at a time, and ends before `until`.
    """

    head: re.Pattern[str]
    cause: Cause
    body: re.Pattern[str] = NEVER
    until: re.Pattern[str] = NEVER
    most: int = 30
    blanks: int = 0
    says: re.Pattern[str] | None = None  # where in the block the message is, as group 1
    names: re.Pattern[str] | None = None  # where in the block further tests are named, as group 1
    at: re.Pattern[str] | None = None  # where in the block its place stands, as the groups path and line
    places: int = 1  # how many places in files the block's text may name
    where: re.Pattern[str] | None = None  # where in the block those places are, as groups path and line
    above: re.Pattern[str] = NEVER  # lines right above that belong to it
    needs: re.Pattern[str] | None = None  # what the block must contain to be one
    rank: Rank = Rank.ROOT
    near: int = 0  # lines above the failing exit in which it is meant; 0 for anywhere
    command: str = ""  # only on lines with this workflow command: error, warning, …

    def is_meant(self, log: Log, index: int) -> bool:
        """This function will say whether the form counts at this place of the log."""
        is_near = not self.near or log.exit - self.near <= index <= log.exit
        return is_near and (not self.command or log.lines[index].command == self.command)


def reader_of(
    name: str,
    *,
    signs: tuple[str, ...],
    forms: tuple[Form, ...],
    landmarks: tuple[str, ...] = (),
    suites: Callable[[Log], Iterable[SuiteResult]] | None = None,
) -> LogParser:
    """This function will make a parser of a table of forms."""
    return LogParser(
        name=name,
        signs=signs,
        read=lambda log: read_forms(log, forms),
        landmarks=landmarks,
        suites=suites,
    )


def read_forms(log: Log, forms: tuple[Form, ...]) -> Iterator[Finding]:
    """This function will find every block that one of the forms begins; the same one only once."""
    told: set[tuple[str, tuple[str, ...], str]] = set()
    tests: set[str] = set()
    taken = -1
    everywhere, called = _called(log, forms)
    for index in range(len(log.lines)) if everywhere else sorted(called):
        line = log.lines[index]
        if index <= taken or not line.text or line.command == SCRIPT:
            continue
        here = called.get(index)
        for place in sorted({*everywhere, *here}) if here else everywhere:
            form = forms[place]
            head = form.head.search(line.text[:WIDEST]) if form.is_meant(log, index) else None
            if head is None:
                continue
            block = _block(log, index, form)
            finding = _finding(log, block, head, form)
            if finding is None:
                continue
            taken = block[-1]
            key = (finding.message, finding.tests, str(finding.locations[:1]))
            repeated = finding.rank > Rank.ROOT and finding.tests and tests.issuperset(finding.tests)
            if key not in told and not repeated:
                told.add(key)
                tests.update(finding.tests)
                yield finding
            break


def _called(log: Log, forms: tuple[Form, ...]) -> tuple[list[int], dict[int, list[int]]]:
    """The forms that any line may begin, and those of the lines that contain what a form's head requires."""
    everywhere: list[int] = []
    called: dict[int, list[int]] = {}
    for place, form in enumerate(forms):
        needed = required(form.head)
        if not needed:
            everywhere.append(place)
        for text in needed:
            for index in log.lines_with(text):
                called.setdefault(index, []).append(place)
    return everywhere, called


def _block(log: Log, index: int, form: Form) -> list[int]:
    above = list(_while(log, index, form.above)) if form.above is not NEVER else []
    block, blanks = [*reversed(above), index], 0
    for place in log.downward(index, 4 * form.most):
        text = log.lines[place].text
        if not text.strip():
            blanks += 1
            if blanks > form.blanks:
                break
            continue
        if place >= log.exit > index or form.until.search(text) or not form.body.search(text):
            break
        if len(block) >= form.most:
            break
        blanks = 0
        block.append(place)
    return block


def _while(log: Log, index: int, pattern: re.Pattern[str]) -> Iterator[int]:
    for place in log.upward(index, 10):
        if not pattern.search(log.lines[place].text):
            return
        yield place


def _finding(log: Log, block: list[int], head: re.Match[str], form: Form) -> Finding | None:
    text = "\n".join(log.lines[place].text for place in block)
    if form.needs is not None and not form.needs.search(text):
        return None
    groups = head.groupdict()
    return Finding(
        cause=form.cause,
        message=_message(text, groups, head, form),
        places=tuple(block),
        rank=form.rank,
        tests=_tests(text, groups, form),
        locations=_locations(text, groups, form),
    )


def _message(text: str, groups: dict[str, str | None], head: re.Match[str], form: Form) -> str:
    if form.says is not None and (found := form.says.search(text)) is not None:
        return found[1].strip()
    return (groups.get("message") or "").strip() or head.string.strip()


def _tests(text: str, groups: dict[str, str | None], form: Form) -> tuple[str, ...]:
    tests = []
    if test := groups.get("test"):
        suite = groups.get("suite")
        tests.append(f"{suite.strip()} > {test.strip()}" if suite else test.strip())
    if form.names is not None:
        tests += [" ".join(found.split()).rstrip(":") for found in form.names.findall(text)]
    return tuple(dict.fromkeys(tests))


def _locations(text: str, groups: dict[str, str | None], form: Form) -> tuple[Location, ...]:
    if groups.get("path") and groups.get("line"):
        return (location(str(groups["path"]), str(groups["line"]), groups.get("column")),)
    if form.at is not None and (place := form.at.search(text)) is not None:
        return (location(place["path"], place["line"]),)
    found = (
        one
        for line in text.split("\n")
        if form.places and not _FOREIGN_FRAME.search(line)
        for one in _named(line, form.where)
        if not _FOREIGN.search(one.path)
    )
    return tuple(dict.fromkeys(islice(found, form.places)))


def _named(line: str, where: re.Pattern[str] | None) -> Iterator[Location]:
    if where is None:
        return locations_in(line)
    return (location(found["path"], found["line"]) for found in where.finditer(line))
