from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.pack.detecting import detect
from tests.support.layouts import layout_of

if TYPE_CHECKING:
    from bot.pack.model import Found


def _one(files: dict[str, str], *paths: str) -> Found:
    there = {path: text.encode() for path, text in files.items()} | dict.fromkeys(paths, b"")
    (found,) = detect(layout_of(there))
    return found


_PROJECT = '[build-system]\nrequires = []\n[project]\nname = "x"\n'
_UNITTEST = 'python -m unittest discover || [ "$?" -eq 5 ]'


@pytest.mark.parametrize(
    ("files", "paths", "manager", "commands"),
    [
        (
            {"setup.py": "", "requirements-dev.txt": "# tools\n-r requirements.txt\nflake8\nPyTest==8\n"},
            ["setup.py"],
            "pip",
            {"fmt": None, "lint": "python -m flake8"},
        ),
        (
            {"setup.cfg": ""},
            ["a/conftest.py"],
            "pip",
            {
                "build": None,
                "fmt": None,
                "lint": None,
                "all-tests": "python -m pip install pytest && python -m pytest --junitxml=junit.xml "
                '|| [ "$?" -eq 5 ]',
            },
        ),
        (
            {"pyproject.toml": _PROJECT},
            ["ruff.toml", "tests/test_a.py"],
            "uv",
            {
                "fmt": "uvx ruff format --check .",
                "lint": "uvx ruff check .",
                "all-tests": "uv run --no-sync python -m unittest discover",
            },
        ),
        (
            {
                "pyproject.toml": _PROJECT
                + "[tool.black]\n[tool.uv]\ndefault-groups = ['types', 'lint', 'loop']\n"
                "[dependency-groups]\nlint = ['ruff', {include-group = 'types'}, {x = 1}]\ntypes = ['mypy']\n"
                "test = ['pytest-cov']\nodd = 'pytest'\nloop = [{include-group = 'loop'}]\n"
            },
            ["uv.lock"],
            "uv",
            {
                "install": "uv sync --all-packages --locked --group test",
                "fmt": "uvx black --check .",
                "types": "uv run --no-sync mypy .",
            },
        ),
        (
            {"pyproject.toml": "[project]\nname = 'x'\n", "requirements.txt": "ruff\n"},
            [],
            "pip",
            {"build": None, "all-tests": _UNITTEST},
        ),
    ],
)
def test_python_projects_of_all_ages(
    files: dict[str, str], paths: list[str], manager: str, commands: dict[str, str | None]
) -> None:
    """What manages them, and the tools that they name or have settings for."""
    found = _one(files, *paths)
    assert (found.manager, dict(found.commands)) == (manager, commands)


def test_requirements_alone_are_no_project() -> None:
    """A file for a script or for building documents is nothing that could be tested."""
    assert detect(layout_of({"requirements.txt": b"requests\n", "report.py": b""})) == ()
    assert _one({"requirements.txt": "pytest\n"}, "test_report.py").manager == "pip"


def _package(**said: Any) -> dict[str, str]:
    return {"package.json": json.dumps(said)}


@pytest.mark.parametrize(
    ("files", "paths", "manager", "commands"),
    [
        (
            _package(
                scripts={"build": "tsc", "test": "node --test", "format:check": "x", "lint": "x", "n": 1}
            ),
            [],
            "npm",
            {},
        ),
        (
            _package(scripts={"test": "jest --ci"}, packageManager="yarn@4.1.0"),
            [],
            "yarn",
            {"build": None, "fmt": None, "lint": None},
        ),
        (
            _package(scripts={"test": "vitest"}, packageManager="bun@1", devDependencies={"typescript": "5"}),
            ["pnpm-lock.yaml"],
            "pnpm",
            {
                "build": None,
                "fmt": None,
                "lint": None,
                "all-tests": "pnpm test --run --reporter=default --reporter=junit "
                "--outputFile.junit=junit.xml",
            },
        ),
    ],
)
def test_packages_of_each_manager(
    files: dict[str, str], paths: list[str], manager: str, commands: dict[str, str | None]
) -> None:
    """Their scripts do the jobs; what there is no script for is left out."""
    found = _one(files, *paths)
    assert (found.manager, dict(found.commands)) == (manager, commands)


def test_what_is_no_package_of_anybody_is_none() -> None:
    """One that only brings tools is no project; a member whose name is none is built, not tested by itself."""
    assert detect(layout_of({"package.json": b'{"devDependencies": {"prettier": "3"}}'})) == ()
    member = json.dumps({"name": "$(id)", "scripts": {"test": "jest"}})
    found = _one(_package(workspaces={"packages": ["./a/"]}) | {"a/package.json": member})
    assert (found.members, found.commands["all-tests"]) == ((), "npm run test --workspaces --if-present")


def test_a_browser_s_tests_run_as_on_a_machine_without_a_screen() -> None:
    """Of several scripts for the same tests the one that was made for it."""
    scripts = {
        "e2e": "x",
        "e2e:ci": "x",
        "test:integration": "x",
        "smoke": "x",
        "test:e2e": "x",
        "e2elike": "x",
    }
    found = _one(_package(scripts=scripts))
    assert [(suite.name, suite.run) for suite in found.suites] == [
        ("e2e", "npm run e2e:ci"),
        ("integration", "npm run test:integration"),
        ("smoke", "npm run smoke"),
    ]


def test_a_program_of_go_is_named_as_go_names_it() -> None:
    """After its folder under cmd, else after its module, whose version is no name."""
    assert _one({"go.mod": "module example.com/boat/v2\n"}, "main.go").binaries == ("boat",)
    assert _one({"go.mod": "module example.com/boat\n"}, "main.go", "cmd/rope/x.go").binaries == ("rope",)
    assert _one({"go.mod": "module example.com/boat\n"}, "boat.go").binaries == ()
    brought = {"testdata/go.work": "use ./x\n", "go.mod": "module example.com/boat\n"}
    assert _one(brought).members == ()
