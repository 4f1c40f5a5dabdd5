"""Finds folders: those that hold a file, those that patterns of members mean, those that are nobody's project."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.pack.model import Layout

ROOT = "."
_MAGIC = frozenset("*?[")
_ANY_DEPTH = "**"
_MOST_ALTERNATIVES = 100
# What lies under folders of these names is brought along, generated, or an example: no project of its own.
_BY_THE_WAY = frozenset(
    {
        *("node_modules", "site-packages", "target", "third_party", "third-party", "vendor"),
        *("benches", "docs", "examples", "example", "fixtures", "fuzz", "templates"),
        *("test", "testdata", "tests"),
    }
)


def folders_with(layout: Layout, name: str) -> tuple[str, ...]:
    """This function will name the folders that hold a manifest of that name, the outermost first."""
    found = {posixpath.dirname(path) or ROOT for path in layout.manifests if posixpath.basename(path) == name}
    return tuple(sorted(found, key=lambda folder: (depth(folder), folder)))


def depth(folder: str) -> int:
    """This function will say how deep a folder lies; the root is 0."""
    return 0 if folder == ROOT else folder.count("/") + 1


def is_by_the_way(folder: str) -> bool:
    """This function will say whether a folder belongs to what is brought along, generated or an example."""
    return any(part in _BY_THE_WAY or part.startswith(".") for part in folder.split("/") if folder != ROOT)


def is_within(folder: str, outer: str) -> bool:
    """This function will say whether a folder is another or lies in it."""
    return outer in (ROOT, folder) or folder.startswith(f"{outer}/")


def joined(folder: str, relative: str) -> str | None:
    """This function will follow a relative path from a folder; None where it leads out of the repository."""
    if relative.startswith("/") or "\\" in relative:
        return None
    found = posixpath.normpath(posixpath.join("" if folder == ROOT else folder, relative))
    return None if found == ".." or found.startswith(("../", "/")) else found


def path_in(folder: str, name: str) -> str:
    """This function will name a file of a folder from the repository's root."""
    return name if folder == ROOT else f"{folder}/{name}"


def from_folder(folder: str, outer: str) -> str:
    """This function will name a folder as it is seen from an outer one."""
    return folder if outer == ROOT else posixpath.relpath(folder, outer)


def is_pattern(text: str) -> bool:
    """This function will say whether a text stands for several folders."""
    return bool(_MAGIC & set(text)) or "{" in text


def matching(patterns: Iterable[str], folders: Collection[str]) -> tuple[str, ...]:
    """This function will return the folders that patterns mean: `*` within a name, `**` at any depth, `{a,b}`."""
    plain: set[str] = set()
    shaped: list[list[str]] = []
    for pattern in (one for given in patterns for one in _alternatives(given)):
        if _MAGIC & set(pattern):
            shaped.append(pattern.split("/"))
        else:
            plain.add(pattern)
    return tuple(
        folder
        for folder in folders
        if folder in plain or any(_fits(shape, folder.split("/")) for shape in shaped)
    )


def _fits(shape: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the parts of a path are what the shape says; each place of the shape is met once for each part."""
    reached = _past(shape, {0})
    for part in parts:
        stepped = {
            place if shape[place] == _ANY_DEPTH else place + 1
            for place in reached
            if place < len(shape) and (shape[place] == _ANY_DEPTH or fnmatchcase(part, shape[place]))
        }
        reached = _past(shape, stepped)
    return len(shape) in reached


def _past(shape: Sequence[str], reached: set[int]) -> set[int]:
    """The places, and those behind each `**`, which may stand for nothing."""
    found = set(reached)
    for place in sorted(reached):
        while place < len(shape) and shape[place] == _ANY_DEPTH:
            place += 1  # noqa: PLW2901 - it walks on from there
            found.add(place)
    return found


def _alternatives(pattern: str) -> list[str]:
    """What `{a,b}` stands for, written out."""
    found = [""]
    rest = pattern
    while "{" in rest and "}" in rest.partition("{")[2]:
        before, _, after = rest.partition("{")
        inside, _, rest = after.partition("}")
        found = [f"{one}{before}{word}" for one in found for word in inside.split(",")][:_MOST_ALTERNATIVES]
    return [one + rest for one in found]
