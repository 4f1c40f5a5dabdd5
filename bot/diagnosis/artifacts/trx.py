"""Reads TRX, the test results of .NET's VSTest and of the Microsoft.Testing.Platform."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.diagnosis.artifacts.elements import Begun, Ended, elements
from bot.diagnosis.artifacts.model import Case, Damaged, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOTS = ("TestRun",)
MOST_KEPT = 1_000  # failed tests that wait for the name of their class, which the file tells at its end
_OUTCOMES = {
    "Passed": Outcome.PASSED,
    "PassedButRunAborted": Outcome.PASSED,
    "Warning": Outcome.PASSED,
    "Failed": Outcome.FAILED,
    "Error": Outcome.ERROR,
    "Timeout": Outcome.ERROR,
    "Aborted": Outcome.ERROR,
    "Disconnected": Outcome.ERROR,
}
_DURATION = re.compile(r"^(?:(\d+)\.)?(\d+):(\d\d):(\d\d(?:\.\d+)?)$")
_RESULTS = frozenset({"UnitTestResult", "TestResult", "GenericTestResult", "WebTestResult"})


@dataclass(slots=True)
class _File:
    """Where in the file the reading is."""

    results: list[Mapping[str, str]] = field(default_factory=list)  # those of a data-driven test are nested
    message: str = ""
    trace: str = ""
    output: str = ""
    waiting: dict[str, list[Case]] = field(default_factory=dict)  # failed tests by the id of their definition
    kept: int = 0
    definition: str = ""


def read_trx(chunks: Iterable[bytes]) -> Iterator[Case]:
    """This function will yield the tests of a TRX file, failed ones with the name of their class.

    Raises:
        Damaged: after what could be read.
    """
    file = _File()
    try:
        for event in elements(chunks):
            if isinstance(event, Begun):
                yield from _begin(file, event)
            elif event.name in _RESULTS:
                yield from _ended_result(file)
            else:
                _end(file, event)
    except Damaged:
        yield from _left(file)  # better a short name than none
        raise
    yield from _left(file)


def _left(file: _File) -> Iterator[Case]:
    for cases in file.waiting.values():
        yield from cases


def _begin(file: _File, event: Begun) -> Iterator[Case]:
    if event.name in _RESULTS:
        file.results.append(event.attributes)
        file.message = file.trace = file.output = ""
    elif event.name == "UnitTest":
        file.definition = event.attributes.get("id", "")
    elif event.name == "TestMethod":
        group = event.attributes.get("className", "").partition(",")[0]
        for case in file.waiting.pop(file.definition, ()):
            yield replace(case, group=group)


def _end(file: _File, event: Ended) -> None:
    if event.name == "Message" and file.results:
        file.message = file.message or event.text
    elif event.name == "StackTrace" and file.results:
        file.trace = file.trace or event.text
    elif event.name == "StdOut" and file.results:
        file.output = file.output or event.text


def _ended_result(file: _File) -> Iterator[Case]:
    attributes = file.results.pop()
    if attributes.get("resultType") == "DataDrivenTest":
        return  # only sums up those within it
    outcome = _OUTCOMES.get(attributes.get("outcome", ""), Outcome.SKIPPED)
    case = Case(
        name=attributes.get("testName", ""),
        outcome=outcome,
        suite="dotnet test",
        seconds=_seconds(attributes.get("duration", "")),
        message=file.message if outcome.is_red else "",
        text=_text(file) if outcome.is_red else "",
        maker="trx",
    )
    file.message = file.trace = file.output = ""
    if outcome.is_red and file.kept < MOST_KEPT:
        file.kept += 1
        file.waiting.setdefault(attributes.get("testId", ""), []).append(case)
    else:
        yield case


def _text(file: _File) -> str:
    return "\n".join(part for part in (file.message, file.trace, file.output) if part)


def _seconds(text: str) -> float | None:
    found = _DURATION.match(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
