"""Finds Node.js packages and workspaces, what manages them, and which of their scripts do the usual jobs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.naming import project_name
from bot.pack.manifests.places import folders_with, is_by_the_way, is_within, joined, matching, path_in
from bot.pack.manifests.reading import read_json, read_yaml_file
from bot.pack.manifests.suites import JUNIT, Wanted, named_suites
from bot.pack.model import Found, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.pack.manifests.reading import Manifest
    from bot.pack.model import Layout, Suite

_FILE = "package.json"
_PNPM = "pnpm-workspace.yaml"
USUAL = {"build": "build", "fmt": "format:check", "lint": "lint"}  # the script that does a job
_FORMATS = ("format:check", "fmt:check", "check:format", "prettier:check", "check-format", "format-check")
_TYPES = ("typecheck", "type-check", "check-types", "check:types", "types")
_LINTS = ("lint:ci", "lint", "eslint")
_BEYOND = re.compile(r"(?:test[:-])?(e2e|integration|acceptance|smoke)([:-](?:ci|headless))?")
_NAME = re.compile(r"[@A-Za-z0-9_.][@A-Za-z0-9_./~-]{0,199}")
_NONE = "no test specified"  # what `npm init` writes
_EVERYWHERE = {
    "npm": "npm run {script} --workspaces --if-present",
    "pnpm": "pnpm -r --if-present run {script}",
    "yarn": "yarn workspaces foreach --all run {script}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Project:
    """A folder that one lock file is for."""

    folder: str
    said: Manifest
    members: dict[str, Manifest]  # by folder
    left: frozenset[str]  # folders that are no members although they look so
    manager: str
    paths: frozenset[str]

    @property
    def scripts(self) -> dict[str, str]:
        """The scripts of its own package.json."""
        return {name: line for name, line in self.said.part("scripts").items() if isinstance(line, str)}

    @property
    def depends(self) -> frozenset[str]:
        """The packages that it names."""
        keys = ("dependencies", "devDependencies")
        return frozenset(name for key in keys for name in self.said.part(key))


def script_line(manager: str, script: str) -> str:
    """This function will say how a script of a package is run."""
    return f"{manager} test" if script == "test" else f"{manager} run {script}"


def find_packages(layout: Layout) -> tuple[Found, ...]:
    """This function will find the packages and workspaces of a repository.

    Raises:
        BrokenManifestError: a file that says what they are made of cannot be read.
    """
    there = folders_with(layout, _FILE)
    taken: set[str] = set()
    found: list[Found] = []
    for folder in there:
        if folder in taken or is_by_the_way(folder):
            continue
        project = _read(layout, folder, there)
        taken |= {folder, *project.members, *project.left}
        if project.members or project.scripts:  # others only bring tools: nothing of them is built or tested
            found.append(_found(project))
    return tuple(found)


def _read(layout: Layout, folder: str, there: tuple[str, ...]) -> _Project:
    said = read_json(layout, path_in(folder, _FILE))
    taken, left = _members(layout, folder, said, there)
    return _Project(
        folder=folder,
        said=said,
        members={place: read_json(layout, path_in(place, _FILE)) for place in taken},
        left=frozenset(left),
        manager=_manager(layout, folder, said),
        paths=layout.paths,
    )


def _members(
    layout: Layout, folder: str, said: Manifest, there: tuple[str, ...]
) -> tuple[tuple[str, ...], set[str]]:
    """The folders that a workspace takes in, and those that it leaves out.

    https://docs.npmjs.com/cli/using-npm/workspaces and https://pnpm.io/pnpm-workspace_yaml.
    """
    path = path_in(folder, _PNPM)
    if path in layout.manifests:
        source = read_yaml_file(layout, path)
        patterns = source.texts("packages")
    else:
        source = said
        is_mapping = isinstance(said.data.get("workspaces"), dict)
        patterns = said.texts("workspaces", "packages") if is_mapping else said.texts("workspaces")
    ins, outs = set[str](), set[str]()
    for pattern in patterns:
        place = joined(folder, pattern.lstrip("!").rstrip("/"))
        if place is None or not is_within(place, folder):
            raise source.mistake(pattern, f"the workspace {pattern} does not lie in the project")
        (outs if pattern.startswith("!") else ins).add(place)
    inside = [one for one in there if one != folder and "node_modules" not in one.split("/")]
    excluded = set(matching(outs, inside))
    return tuple(one for one in matching(ins, inside) if one not in excluded), excluded


def _manager(layout: Layout, folder: str, said: Manifest) -> str:
    named = said.text_of("packageManager").partition("@")[0]
    if named in {"npm", "pnpm", "yarn"}:
        return named
    locks = {"pnpm-lock.yaml": "pnpm", _PNPM: "pnpm", "yarn.lock": "yarn"}
    return next((name for lock, name in locks.items() if path_in(folder, lock) in layout.paths), "npm")


def _found(project: _Project) -> Found:
    members = tuple(
        Member(name=name, folder=place)
        for place, said in project.members.items()
        if _NAME.fullmatch(name := said.text_of("name")) and _has_tests(said)
    )
    return Found(
        name=project_name(project.folder, "node"),
        kind=Kind.NODE,
        folder=project.folder,
        members=members,
        manager=project.manager,
        suites=_suites(project),
        commands=dict(_commands(project)),
    )


def _has_tests(said: Manifest) -> bool:
    line = said.text_of("scripts", "test")
    return bool(line) and _NONE not in line


def _commands(project: _Project) -> Iterator[tuple[str, str | None]]:
    """The scripts that do the usual jobs under other names, and the jobs that there is no script for."""
    formats = "npx prettier --check ." if "prettier" in project.depends else None
    is_typed = "typescript" in project.depends and path_in(project.folder, "tsconfig.json") in project.paths
    lines = {
        "build": _chosen(project, ("build",), _everywhere(project, "build")),
        "fmt": _chosen(project, _FORMATS, formats),
        "lint": _chosen(project, _LINTS, _everywhere(project, "lint")),
    }
    usual = {job: script_line(project.manager, script) for job, script in USUAL.items()}
    yield from ((job, line) for job, line in lines.items() if line != usual[job])
    if typed := _chosen(project, _TYPES, "npx tsc --noEmit" if is_typed else None):
        yield "types", typed
    if line := _tested(project):
        yield "all-tests", line


def _chosen(project: _Project, scripts: tuple[str, ...], otherwise: str | None) -> str | None:
    script = next((one for one in scripts if one in project.scripts), None)
    return script_line(project.manager, script) if script else otherwise


def _everywhere(project: _Project, script: str) -> str | None:
    """The script in each member that has one; None where none has."""
    has_any = any(said.text_of("scripts", script) for said in project.members.values())
    return _EVERYWHERE[project.manager].format(script=script) if has_any else None


def _tested(project: _Project) -> str | None:
    """The tests with their results told, where the runner is known; None for the usual line."""
    line = project.scripts.get("test", "")
    if not _has_tests(project.said):
        return _everywhere(project, "test") or 'echo "package.json has no script named test"'
    runs = script_line(project.manager, "test")
    arguments = f"{runs} --" if project.manager == "npm" else runs
    if re.fullmatch(r"vitest( run)?", line):
        return f"{arguments} --run --reporter=default --reporter=junit --outputFile.junit={JUNIT}"
    if re.match(r"jest\b", line) and "jest-junit" in project.depends:
        return f"{arguments} --ci --reporters=default --reporters=jest-junit"
    return None


def _suites(project: _Project) -> tuple[Suite, ...]:
    """One for each kind of tests; of several scripts for it the one that was made for machines like these."""
    chosen: dict[str, str] = {}
    for script in project.scripts:
        if (found := _BEYOND.fullmatch(script)) and (found[1] not in chosen or found[2]):
            chosen[found[1]] = script
    return named_suites(
        Wanted(name=kind, owner="test", run=script_line(project.manager, script))
        for kind, script in chosen.items()
    )
