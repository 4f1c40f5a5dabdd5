"""Names tests as their tools' own output does, where the report has other words for them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bot.diagnosis.places import locations_in, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.artifacts.model import Case

MOST_LINES = 400  # of a text that is looked through
_WIDEST = 2_000

DOTTED = re.compile(r"^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$")
_IDENTIFIER = re.compile(r"^[A-Za-z_$][\w$]*(?:\(.*\)|\[.*\])?$")


def lines_of(text: str) -> Iterator[str]:
    """This function will give the lines of a text that are looked at."""
    return (line[:_WIDEST] for line in islice(text.split("\n"), MOST_LINES))


def plain_name(case: Case) -> str:
    """This function will give a test's name as it stands."""
    return case.name


def joined_name(case: Case) -> str:
    """This function will join the group and the name, by a point where both are identifiers."""
    if not case.group or case.name.startswith(case.group) or case.name.endswith(case.group):
        return case.name
    if DOTTED.match(case.group) or _IDENTIFIER.match(case.group):
        return f"{case.group}.{case.name}"
    return f"{case.group} > {case.name}"


def jest_name(case: Case) -> str:
    """This function will join the groups and the name by Jest's sign."""
    return (
        case.name
        if not case.group or case.name.startswith(case.group)
        else f"{case.group} \u203a {case.name}"
    )


def gradle_name(case: Case) -> str:
    """This function will give the class without its package, and the test."""
    return f"{case.group.rpartition('.')[2]} > {case.name}" if case.group else case.name


def scoped_name(case: Case) -> str:
    """This function will join the module or class and the test by two colons."""
    return f"{case.group}::{case.name}" if case.group else case.name


def phpunit_name(case: Case) -> str:
    """This function will give the name with its data set as the text begins, else class and method."""
    name, heading = scoped_name(case), case.text.partition("\n")[0].strip()
    return heading if heading.startswith(name) else name


def dotnet_name(case: Case) -> str:
    """This function will give the full name, which MSTest leaves to the definition."""
    is_short = case.group and not case.name.startswith(case.group)
    return f"{case.group}.{case.name}" if is_short else case.name


def node_name(case: Case) -> str:
    """This function will join the suites and the test."""
    return f"{case.suite} > {case.name}" if case.suite else case.name


def pytest_name(case: Case) -> str:
    """This function will give a test's node id."""
    if not case.group:  # a module that could not be collected
        return case.name.replace(".", "/") + ".py" if DOTTED.match(case.name) else case.name
    file = python_file(case)
    inner = case.group.split(".")[len(file.removesuffix(".py").split("/")) :]
    return "::".join(part for part in (file, *inner, case.name) if part)


def python_file(case: Case) -> str:
    """This function will give a test's file, of which the report only names the module."""
    if case.path:
        return path_in_repository(case.path)
    parts = [part for part in case.group.split(".") if part]
    found = (one.path for line in lines_of(case.text) for one in locations_in(line))
    for path in found:
        words = path.removesuffix(".py").split("/")
        if path.endswith(".py") and words == parts[: len(words)]:
            return path
    module = next((index for index, part in enumerate(parts) if part[:1].isupper()), len(parts))
    return "/".join(parts[:module]) + ".py" if parts else ""
