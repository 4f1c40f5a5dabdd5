"""Finds Go modules, those that a workspace holds together as one project; their programs and tests."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.naming import project_name
from bot.pack.manifests.places import (
    ROOT,
    folders_with,
    from_folder,
    is_by_the_way,
    is_within,
    joined,
    path_in,
)
from bot.pack.manifests.reading import BrokenManifestError, read_lines
from bot.pack.manifests.suites import JUNIT, Wanted, named_suites
from bot.pack.model import Found, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.pack.model import Layout, Suite

GOTESTSUM = "gotest.tools/gotestsum@v1.13.0"
_MODULE = re.compile(r'module\s+"?([^\s"]+)"?')
_VERSION = re.compile(r"go\s+(\d+\.\d+(?:\.\d+)?\S*)")
_USE = re.compile(r'use\s+"?([^\s"(]+)"?')
_MAJOR = re.compile(r"v\d+")
_BEYOND = frozenset({"acceptance", "e2e", "integration"})
_PROGRAM = re.compile(r"cmd/([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})/[^/]+\.go")


def find_modules(layout: Layout) -> tuple[Found, ...]:
    """This function will find the workspaces and single modules of a repository.

    Raises:
        BrokenManifestError: a go.mod or go.work that belongs to them cannot be read.
    """
    there = folders_with(layout, "go.mod")
    found: list[Found] = []
    taken: set[str] = set()
    for folder in folders_with(layout, "go.work"):
        if is_by_the_way(folder):
            continue
        used = _used(layout, folder, there)
        taken |= set(used)
        found.append(_project(layout, folder, used, frozenset(there)))
    alone = [one for one in there if one not in taken and not is_by_the_way(one)]
    return (*found, *(_project(layout, one, (one,), frozenset(there)) for one in alone))


def _used(layout: Layout, folder: str, there: tuple[str, ...]) -> tuple[str, ...]:
    path = path_in(folder, "go.work")
    used: list[str] = []
    for number, relative in _uses(layout, path):
        place = joined(folder, relative)
        if place is None:
            raise BrokenManifestError(path, number, f"the module {relative} lies outside the repository")
        if place not in there:
            raise BrokenManifestError(path, number, f"the module {relative} has no go.mod")
        used.append(place)
    return tuple(dict.fromkeys(used))


def _uses(layout: Layout, path: str) -> Iterator[tuple[int, str]]:
    """What go.work uses, each with its line: `use ./a`, or a block of them."""
    in_block = False
    for number, text in enumerate(read_lines(layout, path), 1):
        line = text.partition("//")[0].strip()
        if in_block:
            in_block = line != ")"
            if in_block and line:
                yield number, line.strip('"')
        elif line.replace(" ", "") == "use(":
            in_block = True
        elif one := _USE.fullmatch(line):
            yield number, one[1]


def _project(layout: Layout, folder: str, modules: tuple[str, ...], there: frozenset[str]) -> Found:
    for module in modules:
        _module(layout, module)
    is_alone = modules == (folder,)
    inside = tuple(_sources(layout, folder, frozenset(modules), there))
    said_in = path_in(folder, "go.mod" if is_alone else "go.work")
    return Found(
        name=project_name(folder, "go"),
        kind=Kind.GO,
        folder=folder,
        members=tuple(_parts(inside, folder)) if is_alone else tuple(_member(one, folder) for one in modules),
        version=_first(layout, said_in, _VERSION),
        binaries=tuple(_programs(layout, inside, folder)),
        suites=_suites(inside),
    )


def _sources(layout: Layout, folder: str, modules: frozenset[str], there: frozenset[str]) -> Iterator[str]:
    """The Go files of the modules as they are seen from the folder; a module within one of them is none of it."""
    for path in sorted(layout.paths):
        if path.endswith(".go"):
            owner = posixpath.dirname(path) or ROOT
            while owner not in there and owner != ROOT:
                owner = posixpath.dirname(owner) or ROOT
            if owner in modules and is_within(path, folder):
                yield from_folder(path, folder)


def _member(place: str, folder: str) -> Member:
    inner = from_folder(place, folder)
    return Member(name="./..." if inner == ROOT else f"./{inner}/...", folder=place)


def _parts(inside: tuple[str, ...], folder: str) -> Iterator[Member]:
    """The outermost folders of a module that hold tests."""
    tops = {path.partition("/")[0] for path in inside if path.endswith("_test.go") and "/" in path}
    for top in sorted(tops):
        if not is_by_the_way(top):
            yield Member(name=f"./{top}/...", folder=path_in(folder, top))


def _programs(layout: Layout, inside: tuple[str, ...], folder: str) -> Iterator[str]:
    named = dict.fromkeys(one[1] for path in inside if (one := _PROGRAM.fullmatch(path)))
    yield from named
    if not named and "main.go" in inside and path_in(folder, "go.mod") in layout.manifests:
        parts = [part for part in _module(layout, folder).split("/") if not _MAJOR.fullmatch(part)]
        yield parts[-1]


def _suites(inside: tuple[str, ...]) -> tuple[Suite, ...]:
    """Folders of tests that go beyond a package, such as `test/e2e`."""
    places = {
        "/".join(parts[: index + 1])
        for parts in (path.split("/")[:-1] for path in inside if path.endswith("_test.go"))
        for index, part in enumerate(parts)
        if part in _BEYOND
    }
    outer = [one for one in sorted(places) if not any(is_within(one, other) for other in places - {one})]
    return named_suites(
        Wanted(
            name=one.rpartition("/")[2],
            owner=one.partition("/")[0],
            run=f"go run {GOTESTSUM} --junitfile {JUNIT} -- ./{one}/...",
        )
        for one in outer
    )


def _module(layout: Layout, folder: str) -> str:
    path = path_in(folder, "go.mod")
    name = _first(layout, path, _MODULE)
    if name is None:
        raise BrokenManifestError(path, 1, "no line says which module it is")
    return name


def _first(layout: Layout, path: str, form: re.Pattern[str]) -> str | None:
    lines = (line.partition("//")[0].strip() for line in read_lines(layout, path))
    return next((one[1] for line in lines if (one := form.fullmatch(line))), None)
