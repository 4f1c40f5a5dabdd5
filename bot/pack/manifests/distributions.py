"""Finds Python projects, what manages them, and the tools that they are formatted, linted and tested with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.environments import names_in, uv_options
from bot.pack.manifests.naming import project_name
from bot.pack.manifests.places import (
    depth,
    folders_with,
    from_folder,
    is_by_the_way,
    is_within,
    joined,
    matching,
    path_in,
)
from bot.pack.manifests.reading import Manifest, read_lines, read_toml
from bot.pack.manifests.suites import JUNIT, Wanted, named_suites
from bot.pack.model import Found, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.pack.model import Layout, Suite

_PROJECT = "pyproject.toml"
_OLD = ("setup.py", "setup.cfg")
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements-test.txt")
RUNS = {"uv": "uv run --no-sync", "poetry": "poetry run", "pip": "python -m"}
# How a program is called that the project does not rest on.
CALLS = {"uv": "uvx", "poetry": "pipx run", "pip": "pipx run"}
_SETTINGS = {"ruff": frozenset({"ruff.toml", ".ruff.toml"}), "flake8": frozenset({".flake8"})}
# pytest and unittest end so where there are no tests: https://docs.pytest.org/en/stable/reference/exit-codes.html
NO_TESTS = 5
_OR_NO_TESTS = f' || [ "$?" -eq {NO_TESTS} ]'
_PYTEST_FILES = frozenset({"conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml"})
# Where a project's tests are pytest's although it does not name it: tox or nox brings it.
_ADDS_PYTEST = {
    "uv": "uv run --with pytest pytest",
    "poetry": "poetry run python -m pip install pytest && poetry run pytest",
    "pip": "python -m pip install pytest && python -m pytest",
}
_BEYOND = ("acceptance", "e2e", "functional", "integration")
_TEST_FILE = re.compile(r"(?:.*/)?(?:test_[^/]*|[^/]*_test)\.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Project:
    """A folder that one environment is installed for."""

    folder: str
    said: Manifest  # pyproject.toml; empty where there is none
    manager: str
    members: tuple[str, ...]  # folders
    left: tuple[str, ...]  # folders that are no members although they look so
    asked: frozenset[str]  # the packages that it names, in lower case
    inside: tuple[str, ...]  # its files, as they are seen from its folder


def find_distributions(layout: Layout) -> tuple[Found, ...]:
    """This function will find the Python projects of a repository, the members of a workspace in one.

    Raises:
        BrokenManifestError: a pyproject.toml that belongs to them cannot be read.
    """
    names = (_PROJECT, *_OLD, *REQUIREMENTS)
    there = {folder for name in names for folder in folders_with(layout, name)}
    taken: set[str] = set()
    found: list[Found] = []
    for folder in sorted(there, key=lambda one: (depth(one), one)):
        if folder in taken or is_by_the_way(folder):
            continue
        project = _read(layout, folder)
        taken |= {folder, *project.members, *project.left}
        if _is_project(layout, project):
            found.append(_found(project))
    return tuple(found)


def _is_project(layout: Layout, project: _Project) -> bool:
    """Many repositories have a pyproject.toml only for the settings of a tool, and requirements for their docs only."""
    has_old = any(path_in(project.folder, name) in layout.manifests for name in _OLD)
    is_said = any(key in project.said.data for key in ("project", "build-system", "dependency-groups"))
    tools = project.said.part("tool")
    has_tests = any(_TEST_FILE.fullmatch(path) for path in project.inside)
    return is_said or has_old or "poetry" in tools or "uv" in tools or has_tests


def _read(layout: Layout, folder: str) -> _Project:
    path = path_in(folder, _PROJECT)
    said = read_toml(layout, path) if path in layout.manifests else Manifest(path=path, text="", data={})
    members, left = _members(layout, folder, said)
    inside = tuple(from_folder(one, folder) for one in sorted(layout.paths) if is_within(one, folder))
    return _Project(
        folder=folder,
        said=said,
        manager=_manager(layout, folder, said),
        members=members,
        left=left,
        asked=frozenset(_asked(layout, folder, said)),
        inside=inside,
    )


def _members(layout: Layout, folder: str, said: Manifest) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folders that a workspace takes in, and those that it leaves out.

    https://docs.astral.sh/uv/concepts/projects/workspaces/.
    """
    shapes = {key: said.texts("tool", "uv", "workspace", key) for key in ("members", "exclude")}
    for pattern in shapes["members"]:
        place = joined(folder, pattern)
        if place is None or not is_within(place, folder):
            raise said.mistake(pattern, f"the member {pattern} does not lie in the workspace")
    there = [one for one in folders_with(layout, _PROJECT) if one != folder]
    ins = {place for one in shapes["members"] if (place := joined(folder, one))}
    outs = {place for one in shapes["exclude"] if (place := joined(folder, one))}
    excluded = matching(outs, there)
    return tuple(one for one in matching(ins, there) if one not in set(excluded)), excluded


def _manager(layout: Layout, folder: str, said: Manifest) -> str:
    tools = said.part("tool")
    if path_in(folder, "uv.lock") in layout.paths or "uv" in tools:
        return "uv"
    if path_in(folder, "poetry.lock") in layout.paths or "poetry" in tools:
        return "poetry"
    is_plain = said.part("project") and not any(
        path_in(folder, one) in layout.manifests for one in REQUIREMENTS
    )
    return "uv" if is_plain else "pip"


def _asked(layout: Layout, folder: str, said: Manifest) -> Iterator[str]:
    """The packages that a project names anywhere, without their versions."""
    yield from names_in(said.texts("project", "dependencies"))
    yield from names_in(said.texts("tool", "uv", "dev-dependencies"))
    for lines in said.part("project", "optional-dependencies").values():
        yield from names_in(lines)
    for lines in said.part("dependency-groups").values():
        yield from names_in(lines)
    for name in REQUIREMENTS:
        yield from names_in(read_lines(layout, path_in(folder, name)))
    poetry = [said.part("tool", "poetry", key) for key in ("dependencies", "dev-dependencies")]
    groups = said.part("tool", "poetry", "group")
    poetry += [said.part("tool", "poetry", "group", group, "dependencies") for group in groups]
    yield from (name.lower() for table in poetry for name in table)


def _found(project: _Project) -> Found:
    members = tuple(
        Member(name=from_folder(place, project.folder), folder=place) for place in project.members
    )
    return Found(
        name=project_name(project.folder, "python"),
        kind=Kind.PYTHON,
        folder=project.folder,
        members=members,
        manager=project.manager,
        suites=_suites(project),
        commands=dict(_commands(project)),
    )


def _commands(project: _Project) -> Iterator[tuple[str, str | None]]:
    """What is not as the ecosystem has it: no package, other tools, types, tests of another kind."""
    if not _is_packed(project):
        yield "build", None
    if project.manager == "uv" and (options := uv_options(project.said)):
        locked = " --locked" if "uv.lock" in project.inside else ""
        yield "install", f"uv sync --all-packages{locked} {' '.join(options)}"
    yield from _styled(project)
    if types := next((one for one in ("mypy .", "pyright") if one.split()[0] in project.asked), None):
        yield "types", f"{RUNS[project.manager]} {types}"
    yield from _tested(project)


def _is_packed(project: _Project) -> bool:
    said = project.said
    return "build-system" in said.data or "poetry" in said.part("tool") or "setup.py" in project.inside


def _styled(project: _Project) -> Iterator[tuple[str, str | None]]:
    black, ruff, flake8 = (_called(project, tool) for tool in ("black", "ruff", "flake8"))
    if black or not ruff:
        yield "fmt", f"{black} --check ." if black else None
    elif "ruff" not in project.asked:
        yield "fmt", f"{ruff} format --check ."
    if not ruff:
        yield "lint", flake8 or None
    elif "ruff" not in project.asked:
        yield "lint", f"{ruff} check ."


def _called(project: _Project, tool: str) -> str:
    """How a tool is called that the project rests on, or only has settings for; empty where it has neither."""
    if tool in project.asked:
        return f"{RUNS[project.manager]} {tool}"
    has_settings = tool in project.said.part("tool") or bool(
        _SETTINGS.get(tool, frozenset()) & set(project.inside)
    )
    return f"{CALLS[project.manager]} {tool}" if has_settings else ""


def _tested(project: _Project) -> Iterator[tuple[str, str]]:
    runs = RUNS[project.manager]
    if not _has_pytest(project):
        python = "python" if project.manager == "pip" else f"{runs} python"
        has_tests = any(_TEST_FILE.fullmatch(path) for path in project.inside)
        yield "all-tests", f"{python} -m unittest discover{'' if has_tests else _OR_NO_TESTS}"
    elif not _asks_for_pytest(project):
        yield "all-tests", f"{_ADDS_PYTEST[project.manager]} --junitxml={JUNIT}{_OR_NO_TESTS}"
    elif project.members and "pytest" not in project.said.part("tool"):
        # Members have tests of the same names, which pytest takes for one module unless it is told otherwise.
        yield "all-tests", f"{runs} pytest --import-mode=importlib --junitxml={JUNIT}{_OR_NO_TESTS}"


def _has_pytest(project: _Project) -> bool:
    """Whether its tests are pytest's: it is named, or has settings."""
    settings = any(path.rpartition("/")[2] in _PYTEST_FILES for path in project.inside)
    return _asks_for_pytest(project) or settings or "pytest" in project.said.part("tool")


def _asks_for_pytest(project: _Project) -> bool:
    return any(name.startswith("pytest") for name in project.asked)


def _suites(project: _Project) -> tuple[Suite, ...]:
    if not _asks_for_pytest(project):
        return ()
    tests = [path.rpartition("/")[0] for path in project.inside if _TEST_FILE.fullmatch(path)]
    places = {one for one in tests if one.rpartition("/")[2] in _BEYOND}
    return named_suites(
        Wanted(
            name=one.rpartition("/")[2],
            owner=one.partition("/")[0],
            run=f"{RUNS[project.manager]} pytest --junitxml={JUNIT} {one}",
        )
        for one in sorted(places)
    )
