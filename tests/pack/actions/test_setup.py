"""How a job finds its toolchain and its cache, and what it leaves."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.pack_programs import Machine, Ran

_SETUP = "pilothouse-setup/setup.py"


def _cache(machine: Machine, kind: str, manager: str = "", scope: str = "main-tests") -> dict[str, str]:
    told = {"KIND": kind, "FOLDER": ".", "MANAGER": manager, "SCOPE": scope}
    return machine.run(_SETUP, "cache", told=told).outputs


@pytest.mark.parametrize(
    ("kind", "files", "version", "expected"),
    [
        ("python", {}, "", {"version": "3.x", "file": ""}),
        (
            "python",
            {"pyproject.toml": '[project]\nrequires-python = ">=3.11"'},
            "",
            {"version": "", "file": "pyproject.toml"},
        ),
        (
            "python",
            {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"'},
            "",
            {"version": "", "file": "pyproject.toml"},
        ),
        (
            "python",
            {"pyproject.toml": '[project]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.12"'},
            "",
            {"version": "3.x", "file": ""},
        ),
        ("python", {"pyproject.toml": "[tool.black]"}, "", {"version": "3.x", "file": ""}),
        ("python", {".python-version": "3.12\n"}, "3.13", {"version": "3.13", "file": ""}),
        (
            "go",
            {"go.work": "use ./a\n", "go.mod": "module x\n\ngo 1.24.1\n"},
            "",
            {"version": "", "file": "go.mod"},
        ),
        ("go", {"go.work": "go 1.25\n\nuse ./a\n"}, "", {"version": "", "file": "go.work"}),
        ("go", {"go.mod": "module x\n"}, "", {"version": "stable", "file": ""}),
        ("node", {}, "", {"version": "lts/*", "file": "", "pnpm": "10"}),
        ("node", {".nvmrc": "22", "package.json": "{}"}, "", {"version": "", "file": ".nvmrc", "pnpm": "10"}),
        (
            "node",
            {"package.json": '{"engines": {"node": ">=20"}, "packageManager": "pnpm@9.1.0"}'},
            "",
            {"version": "", "file": "package.json", "pnpm": ""},
        ),
    ],
)
def test_a_version_is_what_the_project_says(
    machine: Machine, kind: str, files: dict[str, str], version: str, expected: dict[str, str]
) -> None:
    """The policy comes first, then the project's own files, then the newest."""
    machine.code.mkdir()
    for name, text in files.items():
        (machine.code / name).write_text(text)
    assert machine.run(_SETUP, kind, told={"FOLDER": ".", "VERSION": version}).outputs == expected


def test_a_workspace_says_a_version_once(machine: Machine) -> None:
    """Where the project's folder says nothing, the repository's root is asked."""
    (machine.code / "web").mkdir(parents=True)
    (machine.code / ".nvmrc").write_text("22\n")
    told = machine.run(_SETUP, "node", told={"FOLDER": "web", "VERSION": ""}).outputs
    assert told == {"version": "", "file": ".nvmrc", "pnpm": "10"}


def test_a_cache_is_named_by_what_is_built_and_with_what(machine: Machine) -> None:
    """Another lock file is another cache that begins with what the last one left; another scope shares nothing."""
    machine.code.mkdir()
    (machine.code / "Cargo.lock").write_text("one")
    first = _cache(machine, "cargo")
    (machine.code / "Cargo.lock").write_text("two")
    second = _cache(machine, "cargo")
    other = _cache(machine, "cargo", scope="docs")
    assert first["key"] != second["key"]
    assert first["begins"] == second["begins"] != other["begins"]
    assert first["key"].startswith(first["begins"])
    assert first["paths"].splitlines()[-1] == "./target"


def test_every_tool_knows_what_to_keep(machine: Machine) -> None:
    """Where no manager is named, the usual one of the kind is meant."""
    assert _cache(machine, "python", "uv")["paths"] == "~/.cache/uv"
    assert _cache(machine, "python")["paths"] == "~/.cache/pip"
    assert _cache(machine, "node")["paths"] == "~/.npm"
    assert _cache(machine, "go")["paths"] == "~/go/pkg/mod\n~/.cache/go-build"


@pytest.mark.parametrize(
    ("scope", "matched", "expected"),
    [("main", "key", "hit"), ("main", "older", "partial"), ("main", "", "miss"), ("", "", "none")],
)
def test_what_a_cache_gave_is_told_in_four_words(
    machine: Machine, scope: str, matched: str, expected: str
) -> None:
    """An exact match, an older state, nothing, or no cache at all."""
    ran = machine.run(_SETUP, "judge", told={"SCOPE": scope, "KEY": "key", "MATCHED": matched})
    assert ran.outputs == {"cache": expected}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, '\n[profile.default.junit]\npath = "junit.xml"\n'),
        (
            "[profile.default]\nretries = 2\n",
            '[profile.default]\nretries = 2\n\n[profile.default.junit]\npath = "junit.xml"\n',
        ),
        ('[profile.default.junit]\npath = "mine.xml"\n', '[profile.default.junit]\npath = "mine.xml"\n'),
    ],
)
def test_nextest_writes_junit_unless_the_project_says_how(
    machine: Machine, said: str | None, kept: str
) -> None:
    """The project's own settings stay what they are."""
    settings = machine.code / ".config" / "nextest.toml"
    if said is not None:
        settings.parent.mkdir(parents=True)
        settings.write_text(said)
    machine.run(_SETUP, "junit", told={"FOLDER": "."})
    assert settings.read_text() == kept


def _results(machine: Machine, **told: str) -> Ran:
    usual = {
        "WORKFLOW": "tests-all",
        "NAME": "all-tests",
        "STATUS": "success",
        "FOLDER": ".",
        "JUNIT": "out/*.xml",
    }
    usual |= {"CATEGORY": "unit", "PROJECT": "main", "SAVE": "true"}
    return machine.run("pilothouse-results/results.py", told=usual | told)


def test_a_job_leaves_its_figures_and_results(machine: Machine) -> None:
    """Its time, its cache and its own test results; none from the cache, none from outside of its folder."""
    (machine.code / "out").mkdir(parents=True)
    (machine.code / "out" / "stale.xml").write_text("<old/>")
    os.utime(machine.code / "out" / "stale.xml", (1, 1))
    machine.run(_SETUP, "begin", told={})
    (machine.folder / "secret.xml").write_text("<secret/>")
    (machine.code / "out" / "link.xml").symlink_to(machine.folder / "secret.xml")
    (machine.code / "out" / "own.xml").write_text("<own/>")
    ran = _results(machine, NAME="all-tests (web)", SAVE="false")
    folder = machine.temporary / "pilothouse-results"
    assert ran.outputs == {"artifact": "test-results-all-tests-web", "path": str(folder)}
    assert [path.read_text() for path in folder.glob("*.xml")] == ["<own/>"]
    figures = json.loads((folder / "figures.json").read_text())
    assert 0 <= figures.pop("seconds") < 60
    assert figures == {
        "version": 1,
        "workflow": "tests-all",
        "name": "all-tests (web)",
        "status": "success",
        "cache": "none",
        "category": "unit",
        "project": "main",
    }


def test_a_job_that_never_began_has_no_time(machine: Machine) -> None:
    """What is unknown is left out."""
    _results(machine, SAVE="false")
    assert "seconds" not in json.loads(
        (machine.temporary / "pilothouse-results" / "figures.json").read_text()
    )


@pytest.mark.parametrize(
    ("cache", "told", "is_kept"),
    [
        ("miss", {}, True),
        ("partial", {}, True),
        ("hit", {}, False),
        ("none", {}, False),
        ("miss", {"STATUS": "failure"}, False),
        ("miss", {"SAVE": "false"}, False),
    ],
)
def test_only_what_is_new_and_green_is_cached(
    machine: Machine, cache: str, told: dict[str, str], *, is_kept: bool
) -> None:
    """Neither what is there already, nor what a failed job left, nor what a branch made."""
    machine.temporary.mkdir()
    note = {"began": time.time(), "cache": cache, "kind": "go", "folder": ".", "key": "k", "paths": "p\nq"}
    (machine.temporary / "pilothouse-job.json").write_text(json.dumps(note))
    outputs = _results(machine, **told).outputs
    assert ({"key": "k", "paths": "p\nq"}.items() <= outputs.items()) == is_kept
    assert is_kept or "key" not in outputs


def test_a_job_finds_what_it_runs(machine: Machine) -> None:
    """Lines of a command come out as lines, and nothing in them can end an output early."""
    table = {"perf": {"run": ["a<<x", "x", "run=b"], "prepares": [], "saves": True, "tolerance": 0.1}}
    action = machine.brought("pilothouse-suites", {"tests-all.json": json.dumps(table)})
    ran = machine.run(f"{action}/find.py", told={"WORKFLOW": "tests-all", "NAME": "perf"})
    assert ran.outputs == {"run": "a<<x\nx\nrun=b", "prepares": "", "saves": "true", "tolerance": "0.1"}
    unknown = machine.run(f"{action}/find.py", told={"WORKFLOW": "tests-all", "NAME": "prf"})
    assert unknown.code == 1
    assert "::error::tests-all has no job 'prf'; it has: perf" in unknown.text
