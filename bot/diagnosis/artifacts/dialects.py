"""Says what a test of a report file is called in its tool's own output, so that both are known for the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bot.diagnosis.places import location, locations_in, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.diagnosis.artifacts.model import Case
    from bot.diagnosis.model import Location

MOST_LINES = 400  # of a text that is looked through
_WIDEST = 2_000

_DOTTED = re.compile(r"^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$")
_IDENTIFIER = re.compile(r"^[A-Za-z_$][\w$]*(?:\(.*\)|\[.*\])?$")
_ERROR = re.compile(r"^\s*(\w*(?:Error|Exception)\b.*)$")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One tool's way of writing a test report."""

    tool: str  # as the parser of its log is called
    is_spoken: Callable[[Case], bool]
    name: Callable[[Case], str]
    message: Callable[[Case], str]
    locations: Callable[[Case], tuple[Location, ...]]


def dialect_of(case: Case) -> Dialect:
    """This function will say which tool wrote a test's result, as far as the file tells."""
    return next((one for one in _DIALECTS if one.is_spoken(case)), _UNKNOWN)


def _lines(text: str) -> Iterator[str]:
    return (line[:_WIDEST] for line in islice(text.split("\n"), MOST_LINES))


def _first(text: str) -> str:
    return next((line.strip() for line in _lines(text) if line.strip()), "")


def _said(case: Case) -> str:
    """The message, else the first line of the text that sounds like one."""
    telling = (line.strip() for line in _lines(case.text) if _TELLING.search(line))
    return _first(case.message) or next(telling, "") or _first(case.text) or case.kind


def _raised(case: Case) -> str:
    """The line of the text that names the error's class, as logs do."""
    found = (match for line in _lines(case.text) if (match := _ERROR.match(line)))
    return next((match[1].strip() for match in found), "") or _said(case)


def _traced(case: Case) -> str:
    return _first(case.text) or _said(case)


def _pytest_said(case: Case) -> str:
    found = (match for line in _lines(case.text) if (match := _PYTEST_SAID.match(line)))
    return next((match[1].strip() for match in found), "") or _said(case)


def _jest_said(case: Case) -> str:
    return _traced(case).removeprefix("Error: ")


def _panic_said(case: Case) -> str:
    lines = list(_lines(case.text))
    for index, line in enumerate(lines):
        if (panic := _PANIC.search(line)) is not None:
            return (panic["old"] or _first("\n".join(lines[index + 1 :]))).strip("'")
    return _first(case.text) or _said(case)


def _go_said(case: Case) -> str:
    placed = (match["said"] for line in _lines(case.text) if (match := _GO_PLACE.match(line)))
    panics = (match[1] for line in _lines(case.text) if (match := _GO_PANIC.match(line)))
    return (next(placed, "") or next(panics, "") or _said(case)).strip()


def _phpunit_said(case: Case) -> str:
    """The line after the test's own name."""
    return _first(case.text.partition("\n")[2]) or _said(case)


def _gtest_said(case: Case) -> str:
    """What follows the place, in one line as the log's parser makes it."""
    return " ".join(case.text.partition("\n")[2].split()) or _said(case)


def _rspec_said(case: Case) -> str:
    said = _COMPARED.sub("", " ".join(case.message.split())) or _said(case)
    return said if case.kind.startswith("RSpec::") or not case.kind else f"{case.kind}: {said}"


def _placed(case: Case) -> tuple[Location, ...]:
    """The first place in the text that is the repository's own, in the test's own file if one is."""
    found = list(
        dict.fromkeys(
            one
            for line in _lines(case.text)
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


def _pytest_placed(case: Case) -> tuple[Location, ...]:
    """The last place, and the last one in the test's own file, as the log's parser chooses."""
    file = _python_file(case) if case.group else _pytest_name(case)
    ends = [found for line in _lines(case.text) if (found := _PYTEST_PLACE.match(line)) is not None]
    own = [found for found in ends if path_in_repository(found["path"]) == file]
    places = [location(found["path"], found["line"]) for found in (*ends[-1:], *own[-1:])]
    return tuple(dict.fromkeys(places)) or _placed(case)


def _panic_placed(case: Case) -> tuple[Location, ...]:
    if (doctest := _DOCTEST.match(case.name)) is not None:
        return (location(doctest["path"], doctest["line"]),)
    for line in _lines(case.text):
        if (panic := _PANIC.search(line)) is not None:
            return (location(panic["path"], panic["line"], panic["column"]),)
    return _placed(case)


def _go_placed(case: Case) -> tuple[Location, ...]:
    found = (match for line in _lines(case.text) if (match := _GO_PLACE.match(line)))
    place = next(found, None)
    return (location(place["path"], place["line"]),) if place is not None else _placed(case)


def _dotnet_placed(case: Case) -> tuple[Location, ...]:
    found = (match for line in _lines(case.text) if (match := _DOTNET_PLACE.search(line)))
    places = [location(match["path"], match["line"]) for match in found]
    return tuple(dict.fromkeys(places))[:1]


def _plain(case: Case) -> str:
    return case.name


def _joined(case: Case) -> str:
    """The group and the name in the words of whoever writes identifiers, or sentences."""
    if not case.group or case.name.startswith(case.group) or case.name.endswith(case.group):
        return case.name
    if _DOTTED.match(case.group) or _IDENTIFIER.match(case.group):
        return f"{case.group}.{case.name}"
    return f"{case.group} > {case.name}"


def _jest_name(case: Case) -> str:
    return (
        case.name
        if not case.group or case.name.startswith(case.group)
        else f"{case.group} \u203a {case.name}"
    )


def _gradle_name(case: Case) -> str:
    return f"{case.group.rpartition('.')[2]} > {case.name}" if case.group else case.name


def _scoped_name(case: Case) -> str:
    return f"{case.group}::{case.name}" if case.group else case.name


def _dotnet_name(case: Case) -> str:
    is_short = case.group and not case.name.startswith(case.group)
    return f"{case.group}.{case.name}" if is_short else case.name


def _node_name(case: Case) -> str:
    return f"{case.suite} > {case.name}" if case.suite else case.name


def _python_file(case: Case) -> str:
    """The file of a test, whose report only names the module: the one in the text, else the module's words."""
    if case.path:
        return path_in_repository(case.path)
    parts = [part for part in case.group.split(".") if part]
    found = (one.path for line in _lines(case.text) for one in locations_in(line))
    for path in found:
        words = path.removesuffix(".py").split("/")
        if path.endswith(".py") and words == parts[: len(words)]:
            return path
    module = next((index for index, part in enumerate(parts) if part[:1].isupper()), len(parts))
    return "/".join(parts[:module]) + ".py" if parts else ""


def _pytest_name(case: Case) -> str:
    if not case.group:  # a module that could not be collected
        return case.name.replace(".", "/") + ".py" if _DOTTED.match(case.name) else case.name
    file = _python_file(case)
    inner = case.group.split(".")[len(file.removesuffix(".py").split("/")) :]
    return "::".join(part for part in (file, *inner, case.name) if part)


def _said_by(*words: str) -> Callable[[Case], bool]:
    return lambda case: any(word in case.maker for word in words)


# In this order: the first that recognises its own.
_DIALECTS = (
    Dialect(
        tool="pytest",
        is_spoken=lambda case: (
            "pytest" in case.maker or bool(_DOTTED.match(case.group) and ".py:" in case.text)
        ),
        name=_pytest_name,
        message=_pytest_said,
        locations=_pytest_placed,
    ),
    Dialect(
        tool="jest", is_spoken=_said_by("jest tests"), name=_jest_name, message=_jest_said, locations=_placed
    ),
    Dialect(
        tool="vitest", is_spoken=_said_by("vitest tests"), name=_plain, message=_raised, locations=_placed
    ),
    Dialect(tool="mocha", is_spoken=_said_by("Mocha Tests"), name=_plain, message=_traced, locations=_placed),
    Dialect(
        tool="nextest",
        is_spoken=_said_by("nextest"),
        name=_plain,
        message=_panic_said,
        locations=_panic_placed,
    ),
    Dialect(
        tool="cargo test",
        is_spoken=lambda case: case.maker in {"libtest", "test"} or "panicked at " in case.text,
        name=_scoped_name,
        message=_panic_said,
        locations=_panic_placed,
    ),
    Dialect(
        tool="dotnet", is_spoken=_said_by("trx"), name=_dotnet_name, message=_said, locations=_dotnet_placed
    ),
    Dialect(
        tool="phpunit",
        is_spoken=_said_by("phpunit"),
        name=_scoped_name,
        message=_phpunit_said,
        locations=_placed,
    ),
    Dialect(tool="rspec", is_spoken=_said_by("rspec"), name=_plain, message=_rspec_said, locations=_placed),
    Dialect(
        tool="googletest", is_spoken=_said_by("gtest"), name=_joined, message=_gtest_said, locations=_placed
    ),
    Dialect(tool="ctest", is_spoken=_said_by("ctest"), name=_plain, message=_said, locations=_placed),
    Dialect(tool="maven", is_spoken=_said_by("surefire"), name=_joined, message=_traced, locations=_placed),
    Dialect(
        tool="gradle", is_spoken=_said_by("gradle "), name=_gradle_name, message=_traced, locations=_placed
    ),
    Dialect(
        tool="go test",
        is_spoken=lambda case: (
            case.name.startswith(("Test", "Fuzz", "Example")) and "--- FAIL: " in case.text
        ),
        name=_plain,
        message=_go_said,
        locations=_go_placed,
    ),
    Dialect(
        tool="node",
        is_spoken=lambda case: case.group == "test" and "node:internal" in case.text,
        name=_node_name,
        message=_said,
        locations=_placed,
    ),
)
_UNKNOWN = Dialect(tool="junit", is_spoken=lambda _: True, name=_joined, message=_said, locations=_placed)
