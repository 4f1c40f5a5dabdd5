from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.config.pipeline import GroupConfig, Kind, ProjectConfig
from bot.pack.detecting import ecosystem_of

if TYPE_CHECKING:
    from bot.pack.model import Task

PROJECTS = [
    *(ProjectConfig(kind=kind) for kind in Kind),
    *(ProjectConfig(kind=Kind.PYTHON, manager=manager) for manager in ("uv", "poetry", "pip")),
    *(ProjectConfig(kind=Kind.NODE, manager=manager) for manager in ("npm", "pnpm", "yarn")),
]
PLAIN = ("@acme/web", "boat")
ODD = ("it's", "$(id)", "a b")
_SHELLCHECK = Path(sys.prefix) / "bin/shellcheck"
_TOOLS = ("cargo", "go", "jq", "npm", "pnpm", "poetry", "python", "uv", "yarn")


def _tasks(project: ProjectConfig, packages: tuple[str, ...] = PLAIN) -> list[Task]:
    found = ecosystem_of(project.kind)
    group = GroupConfig(packages=packages, category="security", time_limit="90s")
    return [*found.builds(project), found.tests(project), found.group(project, group)]


def test_every_command_is_sound_bash(tmp_path: Path) -> None:
    """ShellCheck finds nothing in any of them, not even a matter of style."""
    for number, project in enumerate(PROJECTS):
        found = ecosystem_of(project.kind)
        texts = [task.run for task in _tasks(project)] + [found.prepares(project)]
        texts += [found.ships(project, PLAIN)] if found.ships else []
        for index, text in enumerate(texts):
            (tmp_path / f"{number}-{index}.sh").write_text(f"#!/bin/bash\n{text}\n")
    ran = subprocess.run(
        [_SHELLCHECK, "--severity=style", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == ""


@pytest.mark.parametrize("project", PROJECTS, ids=lambda one: f"{one.kind}-{one.manager}")
def test_every_project_is_built_formatted_linted_audited_and_tested(project: ProjectConfig) -> None:
    """Each job has a name, a limit, and says where its results lie where it has some."""
    tasks = _tasks(project)
    jobs = {task.job for task in tasks}
    assert {"build", "fmt", "security-audit", "all-tests", "group"} <= jobs
    assert jobs & {"lint", "clippy"}
    *builds, whole, part = tasks
    assert all(task.title and 0 < task.minutes <= 30 and not task.junit for task in builds)
    assert (whole.minutes, whole.category) == (45, "unit")
    assert whole.junit == part.junit != ""
    assert (part.minutes, part.category) == (2, "security")


def test_a_policy_has_the_last_word_on_commands() -> None:
    """A command takes the usual one's place, null leaves a job out, another name is a job more."""
    commands = {"fmt": "make fmt", "docs": None, "wasm": "make wasm", "nothing": None}
    project = ProjectConfig(kind=Kind.CARGO, commands=commands)
    tasks = {task.job: task for task in ecosystem_of(Kind.CARGO).builds(project)}
    assert tasks.keys() == {"build", "fmt", "clippy", "security-audit", "wasm"}
    assert (tasks["fmt"].run, tasks["fmt"].title) == ("make fmt", "rustfmt")
    assert (tasks["wasm"].run, tasks["wasm"].title) == ("make wasm", "wasm")
    assert tasks["build"].variants == ("debug", "release")


def test_a_policy_says_how_is_tested_and_installed() -> None:
    """All tests, those of a part, and what comes before; they are no jobs of ci-build.yml."""
    commands: dict[str, str | None] = {
        "all-tests": "make check",
        "group": "make check",
        "install": "make deps",
    }
    group = GroupConfig(packages=("a b", "c"))
    for kind in Kind:
        project, found = ProjectConfig(kind=kind, commands=commands), ecosystem_of(kind)
        assert found.prepares(project) == "make deps"
        assert found.tests(project).run == "make check"
        assert found.group(project, group).run == "export PACKAGES='a b c'\nmake check"
        assert not {"all-tests", "group", "install"} & {task.job for task in found.builds(project)}
        silent = ProjectConfig(kind=kind, commands={"install": None})
        assert found.prepares(silent) == ""


@pytest.mark.parametrize("project", PROJECTS, ids=lambda one: f"{one.kind}-{one.manager}")
def test_no_name_of_a_package_is_a_program(project: ProjectConfig) -> None:
    """What stands in a manifest reaches a tool as one word."""
    stands_in = "\n".join(f"{tool}() {{ printf '<%s>' \"$@\"; }}" for tool in _TOOLS)
    text = _tasks(project, ODD)[-1].run
    ran = subprocess.run(
        ["bash", "-e", "-c", f"{stands_in}\n{text}"], capture_output=True, text=True, check=True
    )
    assert all(f"{name}>" in ran.stdout for name in ODD)


@pytest.mark.parametrize("kind", [Kind.CARGO, Kind.GO])
def test_nothing_is_shipped_for_an_unknown_machine(kind: Kind) -> None:
    """A target that is misspelt ends the job instead of building for the wrong machine."""
    ships = ecosystem_of(kind).ships
    assert ships is not None
    script = ships(ProjectConfig(kind=kind), ("boat",))
    ran = subprocess.run(
        ["bash", "-e", "-c", script],
        env={"TARGET": "sparc", "OUT": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "nothing is built for sparc\n")
