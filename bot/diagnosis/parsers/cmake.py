"""Reads the errors by which CMake's configuring and generating fail."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_UNTIL = re.compile(r"^-- |^CMake (?:Error|Warning|Deprecation)|^See also |^\[\s*\d+%\]|^(?:g?make|ninja): ")
_SAYS = re.compile(r"\ACMake Error[^\n]*:\n+\s+(\S.*)")
_MISSING = re.compile(
    r"Could NOT find|Could not find a (?:package|configuration)|[Nn]o package '.*' found|required packages were not found|"
    r"Unable to find the requested|does not match the requested|not found\b.*(?:install|library)|Could not find \w+ using"
)
_FORMS = (
    Form(  # follows from an error said before
        head=re.compile(
            r"^CMake Error: (?P<message>CMAKE_\w+ not set, after EnableLanguage|.*Generate step failed|"
            r"The following variables are used .*|Error required internal CMake variable not set.*|Internal CMake error.*)"
        ),
        cause=Cause.COMPILE,
        body=re.compile(r"\S"),
        until=_UNTIL,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(r"^CMake Error(?: at (?P<path>\S+?):(?P<line>\d+))?(?: \(.*\))?:? ?(?P<message>.*)"),
        cause=Cause.COMPILE,
        body=re.compile(r"\S"),
        until=_UNTIL,
        blanks=1,
        most=24,
        says=_SAYS,
    ),
)
_MODULE = re.compile(r"/share/cmake|/Modules/|/CMake\.app/|/cmake/[\d.]+/")
_WHAT = re.compile(r"^\s+(Could (?:NOT|not) find .*)", re.MULTILINE)
_CALL = re.compile(r"^\s+(?P<path>\S+?):(?P<line>\d+) \(")


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error, at the line of the project that led to it."""
    for finding in read_forms(log, _FORMS):
        text = "\n".join(log.lines[place].text for place in finding.places)
        found = _at_home(log, finding)
        if finding.rank is Rank.ROOT and _MISSING.search(text) is not None:
            what = _WHAT.search(text)
            found = replace(found, cause=Cause.DEPENDENCY, message=what[1] if what else found.message)
        yield found


def _at_home(log: Log, finding: Finding) -> Finding:
    """The finding with the first call in the project's own files, where CMake's modules raised it."""
    if not finding.locations or not _MODULE.search(finding.locations[0].path):
        return finding
    calls = (_CALL.match(log.lines[place].text) for place in finding.places)
    own = (call for call in calls if call is not None and not _MODULE.search(call["path"]))
    first = next(own, None)
    return replace(finding, locations=(location(first["path"], first["line"]),) if first else ())


PARSER = LogParser(name="cmake", signs=("CMake Error",), read=read, landmarks=("CMake Error",))
