"""Reads JUnit XML in the dialects that test tools write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.diagnosis.artifacts.elements import Begun, Ended, elements
from bot.diagnosis.artifacts.model import Case, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOTS = ("testsuites", "testsuite")
_FAILURES = {"failure": Outcome.FAILED, "error": Outcome.ERROR}
# Surefire and nextest: a rerun that failed too stands beside the failure, a flaky one beside nothing.
_FLAKY = frozenset({"flakyFailure", "flakyError"})
_OUTPUT = frozenset({"system-out", "system-err"})
# https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files and the schema that
# Surefire publishes: what a suite says of itself that tells who wrote it
_SUREFIRE = "noNamespaceSchemaLocation"
_GRADLE = "gradle "
_GRADLES = frozenset({"tests", "skipped", "failures", "errors", "timestamp", "hostname", "time"})
_CLASS = re.compile(r"^[a-z_][\w$]*(?:\.[A-Za-z_][\w$]*)+$")


@dataclass(slots=True)
class _Test:
    """A test case while it is read."""

    attributes: Mapping[str, str]
    outcome: Outcome = Outcome.PASSED
    message: str = ""
    kind: str = ""
    text: str = ""
    output: list[str] = field(default_factory=list)
    retried: bool = False


@dataclass(slots=True)
class _File:
    """Where in the file the reading is."""

    suites: list[str] = field(default_factory=list)
    makers: list[str] = field(default_factory=list)
    test: _Test | None = None
    suite: str = ""  # the suites and makers in one text each
    maker: str = ""

    def stands(self) -> None:
        """This function will say anew where the reading is."""
        self.suite = " > ".join(suite for suite in self.suites if suite)
        self.maker = " ".join(maker for maker in self.makers if maker)


def read_junit(chunks: Iterable[bytes]) -> Iterator[Case]:
    """This function will yield the tests of a JUnit XML file.

    Raises:
        Damaged: after what could be read.
    """
    file = _File()
    for event in elements(chunks):
        if isinstance(event, Begun):
            _begin(file, event)
        elif event.name == "testcase" and file.test is not None:
            yield _case(file, file.test)
            file.test = None
        else:
            _end(file, event)


def _begin(file: _File, event: Begun) -> None:
    name, attributes = event.name, event.attributes
    if name in ROOTS:
        file.suites.append(attributes.get("name", "") if name == "testsuite" else "")
        file.makers.append(_maker(attributes))
        file.stands()
    elif name == "property" and file.test is None and file.makers:
        file.makers[-1] = file.makers[-1].removeprefix(_GRADLE)  # Gradle's suites have none, Ant's have
        file.stands()
    elif name == "testcase":
        file.test = _Test(attributes)
        if attributes.get("status") in {"fail", "failed"}:  # CTest says it so too
            file.test.outcome = Outcome.FAILED
    elif file.test is not None:
        _begin_within(file.test, name, attributes)


def _begin_within(test: _Test, name: str, attributes: Mapping[str, str]) -> None:
    if name in _FAILURES and not test.outcome.is_red:
        test.outcome = _FAILURES[name]
        test.message = attributes.get("message", "")
        test.kind = attributes.get("type", "")
    elif name in _FAILURES:
        test.message = test.message or attributes.get("message", "")
    elif name == "skipped" and not test.outcome.is_red:
        test.outcome = Outcome.SKIPPED
    elif name in _FLAKY:
        test.retried = True


def _end(file: _File, event: Ended) -> None:
    if event.name in ROOTS:
        file.suites.pop()
        file.makers.pop()
        file.stands()
    elif file.test is not None and event.name in _FAILURES:
        file.test.text = file.test.text or event.text
    elif file.test is not None and event.name in _OUTPUT:
        file.test.output.append(event.text)


def _maker(attributes: Mapping[str, str]) -> str:
    name = attributes.get("name", "")
    if "surefire" in attributes.get(_SUREFIRE, ""):
        return "surefire"
    is_gradles = attributes.keys() >= _GRADLES and _CLASS.match(name)
    return f"{_GRADLE}{name}" if is_gradles else name


def _case(file: _File, test: _Test) -> Case:
    attributes = test.attributes
    text = test.text if test.text.strip() else "\n".join(test.output)
    is_red = test.outcome.is_red
    group = attributes.get("class") or attributes.get("classname", "")
    mark = _mark(attributes)
    return Case(
        name=attributes.get("name", ""),
        outcome=test.outcome,
        group=group,
        suite=group if mark == "phpunit" else file.suite,
        seconds=seconds_of(attributes.get("time", "")),
        message=test.message if is_red else "",
        kind=test.kind if is_red else "",
        text=text if is_red else "",
        path=attributes.get("file", ""),
        line=int(line) if (line := attributes.get("line", "")).isascii() and line.isdigit() else None,
        maker=f"{file.maker} {mark}".strip() if mark else file.maker,
        retried=test.retried,
    )


def _mark(attributes: Mapping[str, str]) -> str:
    """What a test case says of itself that only one tool says."""
    if attributes.get("result") in {"completed", "skipped", "suppressed"}:
        return "gtest"
    if "assertions" in attributes and "class" in attributes:
        return "phpunit"
    return "ctest" if attributes.get("status") in {"fail", "notrun", "disabled"} else ""


def seconds_of(text: str) -> float | None:
    """This function will read a duration in seconds; thousands may be set off by commas."""
    try:
        seconds = float(text.replace(",", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e9 else None  # noqa: PLR2004 - thirty years; no number, no more
