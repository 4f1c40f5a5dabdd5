"""Reads the errors of GCC, Clang and MSVC, and of whatever else writes `path:line:column: error:`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_PATH = r"(?P<path>(?:[A-Za-z]:)?[^\s:()'\"]+\.\w+)"

_FORMS = (
    Form(
        head=re.compile(
            rf"^\s*(?:e: )?(?!\S+\.(?:l?hs|pyi?|java|kts?|scala|swift|zig|dart|go):){_PATH}:(?P<line>\d+)(?::(?P<column>\d+))?:? "
            rf"(?:fatal |internal compiler )?error:(?!\s*-\[) ?(?P<message>.*)"
        ),
        cause=Cause.COMPILE,
        body=re.compile(
            r"^\s+\S|: note: |^[^\s:]+:\d+:\d+: +required |^cc1(?:plus|obj)?: (?:all|some) warnings"
        ),
        until=re.compile(r": (?:warning|(?:fatal )?error): |^\s+(?:Compiling|Finished|Running) "),
        most=12,
        above=re.compile(
            r"^In file included from |^\s+from \S+:\d+|: In (?:\w+ )*(?:function|member|constructor|lambda|instantiation)|"
            r":\s+required (?:from|by)|: At global scope:"
        ),
    ),
    Form(
        head=re.compile(
            rf"^\s*(?:\d+>)?(?!\S+\.(?:cs|fs|vb)\(){_PATH}\((?P<line>\d+)(?:,(?P<column>\d+))?(?:,\d+,\d+)?\)\s?: (?:fatal )?error (?P<message>\w+: .*)"
        ),
        cause=Cause.COMPILE,
    ),
    Form(  # nvcc and other compilers with EDG's front end, clang-cl
        head=re.compile(
            rf"^{_PATH}\((?P<line>\d+)(?:,(?P<column>\d+))?\): (?:catastrophic |fatal )?error(?: #\d+(?:-D)?)?: (?P<message>.*)"
        ),
        cause=Cause.COMPILE,
        body=re.compile(r"^\s+\S"),
        most=6,
    ),
    Form(  # the compiler driver itself
        head=re.compile(
            r"^(?:\S*/)?(?:\S*-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|cc1(?:plus)?)(?:-\d+)?(?:\.exe)?: "
            r"(?:fatal |internal compiler )?error: (?!linker command failed|ld returned|Killed signal)(?P<message>.*)"
        ),
        cause=Cause.COMPILE,
        body=re.compile(r"^Please submit|^compilation terminated|^See "),
        places=0,
    ),
)
_SYSTEM = re.compile(
    r"^/usr/|^/opt/|^/Library/|^/Applications/|/include/c\+\+/|Microsoft Visual Studio|^[A-Z]:/Program"
)
# Where the project's own code asked for the template that failed.
_ASKED = re.compile(
    r"^(?:In file included from |\s+from )?(?P<path>(?:[A-Za-z]:)?[^\s:()]+):(?P<line>\d+)(?::(?P<column>\d+))?: +"
    r"(?:required from here|note: in instantiation of .* requested here|note: (?:expanded from|in expansion of) macro)"
)
_LINTED = re.compile(r" \[(?:-Wclang-format-violations|[\w.,-]+,-warnings-as-errors|[a-z]\w{3,})\]$")
_CARET = re.compile(r"^[ ~]*\^[ ~^]*$")
_UPWARD = re.compile(r"^(?:\.\./)+")
_NEAR = 40


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error, at the place in the project's own code that leads to it."""
    for finding in read_forms(log, _FORMS):
        if _LINTED.search(finding.message):
            continue  # the linters' parsers tell of it
        drawn = replace(finding, places=(*finding.places, *_drawn(log, finding.places[-1])))
        system = finding.locations and _SYSTEM.search(finding.locations[0].path)
        yield _from_root(_at_home(log, drawn) if system else drawn)


def _from_root(finding: Finding) -> Finding:
    """The finding with its place as seen from the root, where the build folder lies in it: `../src/hull.c`."""
    found = tuple(replace(where, path=_UPWARD.sub("", where.path)) for where in finding.locations)
    return replace(finding, locations=found) if found != finding.locations else finding


def _drawn(log: Log, last: int) -> Iterator[int]:
    """The source and the caret below it, where the source is not indented, as Clang draws it."""
    source, caret, fix = (*log.downward(last, 3), *(None,) * 3)[:3]
    if source is None or caret is None or not _CARET.match(log.lines[caret].text):
        return
    yield from (source, caret)
    if fix is not None and log.lines[fix].text.startswith("  ") and not log.lines[fix].command:
        yield fix


def _at_home(log: Log, finding: Finding) -> Finding:
    own = [place for place in finding.places if _is_own(log, place)]
    own += [place for place in log.downward(finding.places[-1], _NEAR) if _is_own(log, place)]
    asked = _ASKED.match(log.lines[own[0]].text) if own else None
    if asked is None:
        return finding
    where = location(asked["path"], asked["line"], asked["column"])
    places = finding.places if own[0] in finding.places else (*finding.places, own[0])
    return replace(finding, places=places, locations=(where,))


def _is_own(log: Log, place: int) -> bool:
    found = _ASKED.match(log.lines[place].text)
    return found is not None and not _SYSTEM.search(found["path"].replace("\\", "/"))


PARSER = LogParser(
    name="compiler",
    signs=("error:", "error C", "error #", "Error: "),
    read=read,
    landmarks=("fatal error: ",),
)
