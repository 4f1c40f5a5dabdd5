"""Reads the sections of pytest's report: one headed block for each failed test, setup or import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.forms.python_frames import frame_locations, is_own, own_frames, raised
from bot.diagnosis.places import location, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_PART = re.compile(r"^=+ (FAILURES|ERRORS) =+$")
_PART_END = re.compile(r"^=+ .* =+$|^!+ .* !+$|^-+ .*[Cc]overage.* -+$")
_HEAD = re.compile(r"^_{3,} (?P<name>\S.*?) _{3,}$|^__ (?P<long>\S.*?) _+$")
_CAPTURED = re.compile(r"^-{3,} Captured .* -{3,}$|^-{5,} .* -{5,}$")
_SAID = re.compile(r"^E(?:   |$)")
_SOURCE = re.compile(r"^>  ")
_PLACE = re.compile(r"^(?P<path>[^\s:]+\.\w+):(?P<line>\d+): (?P<error>\w[\w.]*)?(?: .*)?$")
_ERROR_AT = re.compile(r"^ERROR (?:at (?:setup|teardown) of|collecting) ")
_DOCTEST = re.compile(r"^\[doctest\] ")
_CRASHED = re.compile(r"crashed while running '(?P<test>[^']+)'")
_SYNTAX = re.compile(r"^E +File \"(?P<path>[^\"]+)\", line (?P<line>\d+)")
_STEPS = ("group", "endgroup")  # an error alone may be a matcher's mark on a line of ours
_DECORATED = re.compile(r"^ {4}@\w")
_DEFINED = re.compile(r"^(?: {4}|>   )(?:async )?def |^>  |^E  ")
_LONG_TABLE = 8  # lines
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Section:
    """One block of the report as places of the log's lines."""

    name: str  # as the heading has it
    lines: tuple[int, ...]  # without blank ones, the heading first
    said: tuple[int, ...]  # what was raised
    ends: tuple[re.Match[str], ...]  # the places in files, the last where it was raised

    @property
    def is_collecting(self) -> bool:
        """Whether a file could not even be imported."""
        return self.name.startswith("ERROR collecting ")


def read_sections(log: Log) -> Iterator[Section]:
    """This function will find the blocks of the parts FAILURES and ERRORS."""
    part = False
    for index, line in enumerate(log.lines):
        if _PART_END.match(line.text):
            part = _PART.match(line.text) is not None
        elif part and (head := _HEAD.match(line.text)) is not None:
            yield _section(log, index, head["name"] or head["long"])


def _section(log: Log, index: int, name: str) -> Section:
    lines = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        is_over = log.lines[place].command in _STEPS or place >= log.exit > index
        if is_over or _HEAD.match(text) or _PART_END.match(text) or _CAPTURED.match(text):
            break
        if text.strip():
            lines.append(place)
    said = tuple(place for place in lines if _SAID.match(log.lines[place].text))
    ends = (_PLACE.match(log.lines[place].text) for place in lines)
    return Section(name, tuple(lines), said, tuple(end for end in ends if end is not None))


def message_of(log: Log, section: Section) -> str:
    """This function will return what was raised: the first line marked so, else the last that looks so."""
    for place in section.said:
        text = log.lines[place].text[1:].strip()
        if text and not _SYNTAX.match(log.lines[place].text):
            said = (log.lines[one].text[1:].strip() for one in section.said)
            return next((one for one in said if one.startswith(("SyntaxError", "Indentation"))), text)
    texts = [log.lines[place].text for place in section.lines]
    thrown = [found[1] for text in texts if (found := raised(text)) is not None]
    return thrown[-1] if thrown else ""


def telling(log: Log, section: Section, most: int) -> list[int]:
    """This function will choose the heading, what was said and as much of the code above it as fits."""
    lines = _without_tables(log, own_frames(log, section.lines))
    if len(lines) <= most:
        return lines
    anchor = section.said[0] if section.said else lines[-1]
    source = [place for place in lines if _SOURCE.match(log.lines[place].text)]
    wanted = {lines[0], lines[-1], *section.said[: most - 3], *source[-1:]}
    for place in reversed([place for place in lines if place < anchor]):
        if len(wanted) >= most:
            break
        wanted.add(place)
    return sorted(wanted)


def _without_tables(log: Log, lines: list[int]) -> list[int]:
    """The lines without long decorators: tables of parameters, of which one row failed."""
    kept: list[int] = []
    table: list[int] = []
    for place in lines:
        text = log.lines[place].text
        if table and not _DEFINED.match(text):
            table.append(place)
            continue
        kept += table if len(table) <= _LONG_TABLE else table[:1]
        table = [place] if _DECORATED.match(text) else []
        kept += [] if table else [place]
    return kept + table


def test_name(log: Log, section: Section, known: dict[str, tuple[int, str]]) -> str:
    """This function will make the node id of a heading, which leaves the file out."""
    name = section.name
    crashed = (_CRASHED.search(log.lines[place].text) for place in section.lines)
    if (crash := next((one for one in crashed if one is not None), None)) is not None:
        return crash["test"]
    bare = _DOCTEST.sub("", _ERROR_AT.sub("", name))
    tail = "::" + bare.replace(".", "::")
    for test in known:
        if test.endswith((tail, "::" + bare)) or test == bare:
            return test
    file = path_in_repository(section.ends[-1]["path"]) if section.ends else ""
    if section.is_collecting and bare.endswith(".py"):
        return bare
    return f"{file}{tail}" if "test" in file.rpartition("/")[2] else bare


def locations_of(log: Log, section: Section, test: str) -> tuple[Location, ...]:
    """This function will return where it went wrong: the last place, and the place in the test's own file."""
    syntax = (_SYNTAX.match(log.lines[place].text) for place in section.said)
    if (found := next((one for one in syntax if one is not None), None)) is not None:
        return (location(found["path"], found["line"]),)
    if not section.ends:
        return frame_locations(log, section.lines)
    path = test.partition("::")[0]
    own = [
        end for end in section.ends if path_in_repository(end["path"]) == path and not section.is_collecting
    ]
    ours = [end for end in section.ends if is_own(end["path"])] or section.ends
    return tuple(dict.fromkeys(location(end["path"], end["line"]) for end in (*ours[-1:], *own[-1:])))
