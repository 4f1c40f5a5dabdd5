"""Says what uv installs beside the usual, so that the tools which jobs call are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.pack.manifests.reading import Manifest

_TOOLS = frozenset({"ruff", "black", "flake8", "mypy", "pyright"})
_REQUIRED = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_USUAL = ("dev",)  # https://docs.astral.sh/uv/concepts/projects/dependencies/#default-groups
_EXTRAS = ("project", "optional-dependencies")


def names_in(lines: object) -> Iterator[str]:
    """This function will name the packages of requirement lines in lower case; an option or a table names none."""
    for line in lines if isinstance(lines, (list, tuple)) else ():
        if isinstance(line, str) and (named := _REQUIRED.match(line)):
            yield named[1].lower()


def uv_options(said: Manifest) -> list[str]:
    """This function will return the options by which uv installs extras and groups that hold tools."""
    extras = [one for one in said.part(*_EXTRAS) if _holds_tools(said.texts(*_EXTRAS, one))]
    groups = said.part("dependency-groups")
    usual = _with_included(groups, said.texts("tool", "uv", "default-groups") or _USUAL)
    others = [one for one in groups if one not in usual and _holds_tools(groups[one])]
    return [f"--extra {one}" for one in extras] + [f"--group {one}" for one in others]


def _holds_tools(lines: object) -> bool:
    return any(name in _TOOLS or name.startswith("pytest") for name in names_in(lines))


def _with_included(groups: Mapping[str, object], names: tuple[str, ...]) -> set[str]:
    """The groups, and those that they include."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _included(groups.get(name))
    return found


def _included(lines: object) -> Iterator[str]:
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict) and isinstance(name := line.get("include-group"), str):
            yield name
