"""The files of the pack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.config.pipeline import Kind, PipelineConfig, ProjectConfig
from bot.pack.rendering.pack import About, pack_files
from tests.support.packs import ABOUT, CRATES, HOSTILE, MIXED, TWISTED_LINES, pack_of, workflows_of

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


def _runs(job: dict[str, list[dict[str, str]]]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_jobs_are_those_of_the_reference() -> None:
    """Debug and release builds, rustfmt, clippy, cargo-audit and docs, with the reference's limits."""
    jobs = workflows_of(pack_of("crates"))["ci-build.yml"]["jobs"]
    assert [*jobs] == ["build", "fmt", "clippy", "security-audit", "docs", "ci-build"]
    assert jobs["build"]["strategy"]["matrix"] == {"variant": ["debug", "release"]}
    assert jobs["build"]["name"] == "build (${{ matrix.variant }})"
    assert jobs["build"]["timeout-minutes"] == 30
    assert jobs["clippy"]["name"] == "clippy"


def test_jobs_of_several_projects_say_whose_they_are() -> None:
    """Ids stay apart even where two projects' names differ only in a sign that an id cannot have."""
    jobs = workflows_of(pack_of("mixed"))["ci-build.yml"]["jobs"]
    assert jobs["fmt-core"]["name"] == "fmt (core)"
    assert jobs["build-core"]["name"] == "build (core, ${{ matrix.variant }})"
    assert {jobs["build-tools-cli"]["name"], jobs["build-tools-cli-"]["name"]} == {
        "build (tools.cli)",
        "build (tools-cli)",
    }
    table = json.loads(pack_of("mixed")[".github/actions/pilothouse-suites/tests-all.json"])
    assert [*table] == [*(f"all-tests ({name})" for name in MIXED.projects), "api-tests"]


def test_a_matrix_knows_what_each_job_runs() -> None:
    """A suite has its own commands with the project's tools; a group's tests are counted as its category."""
    pack = pack_of("crates")
    tests = json.loads(pack[".github/actions/pilothouse-suites/tests-all.json"])
    suites = json.loads(pack[".github/actions/pilothouse-suites/integration-tests.json"])
    assert [*tests] == ["all-tests", "storage-tests", "security-tests"]
    assert [tests[name].get("saves", False) for name in tests] == [True, False, False]
    assert tests["security-tests"]["category"] == "security"
    assert tests["storage-tests"]["scope"] == suites["jepsen-tests"]["scope"] == "main-tests"
    assert suites["jepsen-tests"]["run"] == ["cargo test --test jepsen"]
    assert "tolerance" not in suites["jepsen-tests"]
    assert (suites["perf-regression"]["tolerance"], suites["perf-regression"]["higher"]) == (
        0.15,
        "*_per_second",
    )
    workflow = workflows_of(pack)["integration-tests.yml"]["jobs"]["suites"]
    assert workflow["timeout-minutes"] == (
        """${{ fromJSON('{"jepsen-tests": 90, "perf-regression": 30}')[matrix.name] || 30 }}"""
    )
    assert workflow["strategy"]["matrix"]["name"].endswith(
        """|| fromJSON('["jepsen-tests", "perf-regression"]') }}"""
    )


def test_a_policy_cannot_leave_the_place_it_is_written_to() -> None:
    """Commands and patterns that look like YAML, templates or expressions come out as they went in."""
    workflow = workflows_of(pack_of("twisted"))["ci-build.yml"]
    jobs = workflow["jobs"]
    assert [*workflow] == ["name", "on", "permissions", "concurrency", "defaults", "env", "jobs"]
    assert [*jobs] == ["build", "fmt", "clippy", "security-audit", "null", "yes", "extra", "ci-build"]
    assert _runs(jobs["fmt"]) == [HOSTILE]
    assert _runs(jobs["clippy"]) == [TWISTED_LINES]
    assert _runs(jobs["null"]) == [" begins with a blank\nand goes on"]
    suites = json.loads(pack_of("twisted")[".github/actions/pilothouse-suites/integration-tests.json"])
    assert suites["y"]["run"] == [HOSTILE, HOSTILE]
    last = workflows_of(pack_of("twisted"))["tests-all.yml"]["jobs"]["tests-all"]["steps"][-1]
    assert json.loads(last["with"]["categories"])["odd"] == [HOSTILE, "${{ secrets.GITHUB_TOKEN }}", "*"]
    assert "${{ secrets" not in pack_of("twisted")[".github/workflows/tests-all.yml"].decode()


def test_a_default_branch_of_any_name_is_meant() -> None:
    """Quotation marks in a branch's name end neither the YAML nor the expression."""
    about = About(full_name="acme/x", default_branch='it\'s "on"', bot_login="helm[bot]")
    workflows = workflows_of({file.path: file.content for file in pack_files(CRATES, about)})
    job = workflows["ci-build.yml"]["jobs"]["fmt"]
    assert workflows["ci-build.yml"]["on"]["push"]["branches"] == ['it\'s "on"']
    assert job["steps"][-1]["with"]["save"] == "${{ github.ref == 'refs/heads/it''s \"on\"' && !inputs.sha }}"
    alarm = workflows["pilothouse-alarm.yml"]["jobs"]["listen"]["steps"][0]
    assert alarm["env"]["HEART"] == "helm[bot]"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [({"suites": {}}, "integration-tests.yml"), ({"autofix": False}, "autofix.yml")],
)
def test_only_what_is_asked_for_is_written(changes: dict[str, object], missing: str) -> None:
    """A pipeline without suites has no workflow for them; nor one that wants no mending."""
    pipeline = PipelineConfig(projects={"main": ProjectConfig(kind=Kind.CARGO)}, **changes)  # type: ignore[arg-type] # of the table
    paths = {file.path for file in pack_files(pipeline, ABOUT)}
    assert f".github/workflows/{missing}" not in paths
    assert f".github/workflows/{missing}" in {*pack_of("crates")}
    assert ".github/actions/pilothouse-measures/action.yml" not in paths or missing != "integration-tests.yml"


@pytest.mark.parametrize("metrics", [True, False])
def test_figures_are_kept_where_they_are_wanted(*, metrics: bool) -> None:
    """Each of the three keeps its own run's figures, and none where the policy wants none."""
    pipeline = msgspec.structs.replace(CRATES, metrics=metrics)
    workflows = workflows_of({file.path: file.content for file in pack_files(pipeline, ABOUT)})
    for name in ("ci-build", "tests-all", "integration-tests"):
        told = workflows[f"{name}.yml"]["jobs"][name]["steps"][-1]["with"]
        assert told.get("metrics") == (f"${{{{ github.workflow == '{name}' }}}}" if metrics else None)


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci-build.yml",
        ".github/workflows/tests-all.yml",
        ".github/workflows/integration-tests.yml",
        ".github/workflows/autofix.yml",
        ".github/actions/pilothouse-suites/tests-all.json",
    ],
)
def test_the_reference_is_written_so(path: str, snapshot: SnapshotAssertion) -> None:
    """What people find in their repository."""
    assert pack_of("reference")[path].decode() == snapshot


def test_no_nightly_run_where_none_is_wanted() -> None:
    """An empty `nightly` leaves the schedule out."""
    assert "schedule" not in workflows_of(pack_of("mixed"))["tests-all.yml"]["on"]


def test_programs_of_the_pack_are_nobody_elses_style() -> None:
    """In a Python project's repository its formatter and linters pass over them; elsewhere they have no such marks."""
    path = ".github/actions/pilothouse-suites/find.py"
    marked, plain = pack_of("python-pip")[path], pack_of("crates")[path]
    asked = [line.split()[1].rstrip(b":").decode() for line in marked.removesuffix(plain).splitlines()]
    assert (marked.endswith(plain), asked) == (True, ["fmt", "flake8", "isort"])
    assert ".github/actions/pilothouse-suites/ruff.toml" in pack_of("python-pip")
    assert ".github/actions/pilothouse-suites/ruff.toml" not in pack_of("crates")


def test_the_pack_is_the_same_each_time() -> None:
    """Files come in the order of their paths, byte for byte alike: a second `init` finds nothing to do."""
    first, second = pack_files(CRATES, ABOUT), pack_files(CRATES, ABOUT)
    assert first == second
    assert [file.path for file in first] == sorted(file.path for file in first)
