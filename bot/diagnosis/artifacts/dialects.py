"""Knows the dialects of test reports: which tool wrote one, and how that tool's own output words it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.artifacts.naming import (
    DOTTED,
    dotnet_name,
    gradle_name,
    jest_name,
    joined_name,
    node_name,
    phpunit_name,
    plain_name,
    pytest_name,
    scoped_name,
)
from bot.diagnosis.artifacts.wording import (
    dotnet_placed,
    go_placed,
    go_said,
    googletest_said,
    jest_said,
    node_said,
    panic_placed,
    panic_said,
    phpunit_said,
    placed,
    pytest_placed,
    pytest_said,
    raised,
    rspec_said,
    said,
    traced,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.diagnosis.artifacts.model import Case
    from bot.diagnosis.model import Location


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
    return next(one for one in DIALECTS if one.is_spoken(case))


def _said_by(word: str) -> Callable[[Case], bool]:
    pattern = re.compile(rf"\b{word}")
    return lambda case: pattern.search(case.maker) is not None


_SCRIPT = re.compile(r"\.[cm]?[jt]sx?$")

# In this order: the first that recognises its own.
DIALECTS = (
    Dialect(
        tool="pytest",
        is_spoken=lambda case: (
            case.maker.startswith("pytest") or bool(DOTTED.match(case.group) and ".py:" in case.text)
        ),
        name=pytest_name,
        message=pytest_said,
        locations=pytest_placed,
    ),
    Dialect(
        tool="jest", is_spoken=_said_by("jest tests"), name=jest_name, message=jest_said, locations=placed
    ),
    Dialect(
        tool="vitest", is_spoken=_said_by("vitest tests"), name=plain_name, message=raised, locations=placed
    ),
    Dialect(
        tool="playwright",
        is_spoken=lambda case: bool(_SCRIPT.search(case.group)) and case.group in case.maker,
        name=plain_name,
        message=raised,
        locations=placed,
    ),
    Dialect(
        tool="mocha", is_spoken=_said_by("Mocha Tests"), name=plain_name, message=traced, locations=placed
    ),
    Dialect(
        tool="nextest",
        is_spoken=_said_by("nextest"),
        name=plain_name,
        message=panic_said,
        locations=panic_placed,
    ),
    Dialect(
        tool="cargo test",
        is_spoken=lambda case: case.maker in {"libtest", "test"} or "panicked at " in case.text,
        name=scoped_name,
        message=panic_said,
        locations=panic_placed,
    ),
    Dialect(
        tool="dotnet test", is_spoken=_said_by("trx"), name=dotnet_name, message=said, locations=dotnet_placed
    ),
    Dialect(
        tool="phpunit",
        is_spoken=_said_by("phpunit"),
        name=phpunit_name,
        message=phpunit_said,
        locations=placed,
    ),
    Dialect(tool="rspec", is_spoken=_said_by("rspec"), name=plain_name, message=rspec_said, locations=placed),
    Dialect(
        tool="googletest",
        is_spoken=_said_by("gtest"),
        name=joined_name,
        message=googletest_said,
        locations=placed,
    ),
    Dialect(tool="ctest", is_spoken=_said_by("ctest"), name=plain_name, message=said, locations=placed),
    Dialect(
        tool="surefire", is_spoken=_said_by("surefire"), name=joined_name, message=traced, locations=placed
    ),
    Dialect(tool="gradle", is_spoken=_said_by("gradle "), name=gradle_name, message=traced, locations=placed),
    Dialect(
        tool="go test",
        is_spoken=lambda case: (
            case.name.startswith(("Test", "Fuzz", "Example")) and "--- FAIL: " in case.text
        ),
        name=plain_name,
        message=go_said,
        locations=go_placed,
    ),
    Dialect(
        tool="node --test",
        is_spoken=lambda case: case.group == "test" and (not case.text or "node:internal" in case.text),
        name=node_name,
        message=node_said,
        locations=placed,
    ),
    # Whoever else writes this form.
    Dialect(tool="junit", is_spoken=lambda _: True, name=joined_name, message=said, locations=placed),
)
