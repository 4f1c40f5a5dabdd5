"""Reads the message and the place of a failed test off its report, in the words of the tool's own output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.artifacts.naming import lines_of, pytest_name, python_file
from bot.diagnosis.places import location, locations_in, path_in_repository

if TYPE_CHECKING:
    from bot.diagnosis.artifacts.model import Case
    from bot.diagnosis.model import Location

_ERROR = re.compile(r"^\s*(\w*(?:Error|Exception)\b.*)$")
_CAUSE = re.compile(r"^\s*cause: (\w*Error\b.*?)\s*$")
_TELLING = re.compile(r"(?i)\b(?:fail(?:ed|ure)?|error|exception|assert\w*|panic\w*|expected)\b")
_PYTEST_SAID = re.compile(r"^E\s+(\S.*)$")
_PYTEST_PLACE = re.compile(r"^(?P<path>[^\s:]+\.\w+):(?P<line>\d+): (?P<error>\w[\w.]*)?$")
_PANIC = re.compile(
    r"panicked at (?:(?P<old>'.*'), )?(?P<path>[^\s']+?):(?P<line>\d+)(?::(?P<column>\d+))?:?\s*$"
)
_DOCTEST = re.compile(r"^(?P<path>\S+\.(?:rs|md)) - .*\(line (?P<line>\d+)\)")
_GO_PLACE = re.compile(r"^\s+(?P<path>[\w.+-]+\.go):(?P<line>\d+): (?P<said>.*)$")
_GO_PANIC = re.compile(r"^panic: (.*?)(?: \[recovered\])?$")
_COMPARED = re.compile(r"\s*\(compared using .*\)$")
_DOTNET_PLACE = re.compile(r"^\s+at .* in (?P<path>\S.*):line (?P<line>\d+)\s*$")
_FOREIGN = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.cargo|\.rustup|gems|vendor|pkg/mod|usr|opt|rustc|"
    r"lib/python[\d.]+)/"
    r"|^(?:node:|internal/|java\.|sun\.|<)"
)
_FOREIGN_FRAME = re.compile(
    r"^\s*at (?:app//)?(?:java\.base/)?(?:java|javax|jdk|sun|junit|kotlin|scala|org\.(?:junit|testng|assertj|hamcrest|"
    r"opentest4j|mockito|gradle|apache\.maven|scalatest))\.|^\s*at (?:System|Microsoft|Xunit|NUnit)\."
)


def _first(text: str) -> str:
    return next((line.strip() for line in lines_of(text) if line.strip()), "")


def said(case: Case) -> str:
    """This function will give the message, else the first line of the text that sounds like one."""
    telling = (line.strip() for line in lines_of(case.text) if _TELLING.search(line))
    return _first(case.message) or next(telling, "") or _first(case.text) or case.kind


def raised(case: Case) -> str:
    """This function will give the line of the text that names the error's class, as logs do."""
    found = (match for line in lines_of(case.text) if (match := _ERROR.match(line)))
    return next((match[1].strip() for match in found), "") or said(case)


def traced(case: Case) -> str:
    """This function will give the first line of the text."""
    return _first(case.text) or said(case)


def pytest_said(case: Case) -> str:
    """This function will give the first line that pytest marks with an E."""
    found = (match for line in lines_of(case.text) if (match := _PYTEST_SAID.match(line)))
    return next((match[1].strip() for match in found), "") or said(case)


def jest_said(case: Case) -> str:
    """This function will give the first line without the class that Jest does not print."""
    return traced(case).removeprefix("Error: ")


def node_said(case: Case) -> str:
    """This function will give the error that Node.js's runner wraps into its own."""
    found = (match for line in lines_of(case.text) if (match := _CAUSE.match(line)))
    return next((match[1] for match in found), "") or said(case)


def panic_said(case: Case) -> str:
    """This function will give what a Rust program panicked with."""
    lines = list(lines_of(case.text))
    for index, line in enumerate(lines):
        if (panic := _PANIC.search(line)) is not None:
            return (panic["old"] or _first("\n".join(lines[index + 1 :]))).strip("'")
    return _first(case.text) or said(case)


def go_said(case: Case) -> str:
    """This function will give what a Go test said at its place, or what it panicked with."""
    at_place = (match["said"] for line in lines_of(case.text) if (match := _GO_PLACE.match(line)))
    panics = (match[1] for line in lines_of(case.text) if (match := _GO_PANIC.match(line)))
    return (next(at_place, "") or next(panics, "") or said(case)).strip()


def phpunit_said(case: Case) -> str:
    """This function will give the line after the test's own name."""
    return _first(case.text.partition("\n")[2]) or said(case)


def googletest_said(case: Case) -> str:
    """This function will give what follows the place, in one line as the log's parser makes it."""
    return " ".join(case.text.partition("\n")[2].split()) or said(case)


def rspec_said(case: Case) -> str:
    """This function will give the message with the error's class, as RSpec prints it."""
    message = _COMPARED.sub("", " ".join(case.message.split())) or said(case)
    return message if case.kind.startswith("RSpec::") or not case.kind else f"{case.kind}: {message}"


def placed(case: Case) -> tuple[Location, ...]:
    """This function will give the first place that is the repository's own, in the test's file if one is."""
    found = list(
        dict.fromkeys(
            one
            for line in lines_of(case.text)
            if not _FOREIGN_FRAME.search(line)
            for one in locations_in(line)
            if not _FOREIGN.search(one.path)
        )
    )
    path = path_in_repository(case.path)
    own = [one for one in found if path and one.path == path]
    if not found and path and case.line:
        return (location(path, case.line),)
    return tuple((own or found)[:1])


def pytest_placed(case: Case) -> tuple[Location, ...]:
    """This function will give the last place, and the last one in the test's own file, as the log's parser does."""
    file = python_file(case) if case.group else pytest_name(case)
    ends = [found for line in lines_of(case.text) if (found := _PYTEST_PLACE.match(line)) is not None]
    own = [found for found in ends if path_in_repository(found["path"]) == file]
    places = [location(found["path"], found["line"]) for found in (*ends[-1:], *own[-1:])]
    return tuple(dict.fromkeys(places)) or placed(case)


def panic_placed(case: Case) -> tuple[Location, ...]:
    """This function will give the place of a panic, or that of a doc test."""
    if (doctest := _DOCTEST.match(case.name)) is not None:
        return (location(doctest["path"], doctest["line"]),)
    for line in lines_of(case.text):
        if (panic := _PANIC.search(line)) is not None:
            return (location(panic["path"], panic["line"], panic["column"]),)
    return placed(case)


def go_placed(case: Case) -> tuple[Location, ...]:
    """This function will give the place that a Go test names."""
    found = (match for line in lines_of(case.text) if (match := _GO_PLACE.match(line)))
    place = next(found, None)
    return (location(place["path"], place["line"]),) if place is not None else placed(case)


def dotnet_placed(case: Case) -> tuple[Location, ...]:
    """This function will give the place of the innermost frame whose source is known."""
    found = (match for line in lines_of(case.text) if (match := _DOTNET_PLACE.search(line)))
    places = [location(match["path"], match["line"]) for match in found]
    return tuple(dict.fromkeys(places))[:1]
