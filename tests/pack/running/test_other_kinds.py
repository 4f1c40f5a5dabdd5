"""Python, Node.js and Go: built, tested and diagnosed by what the pack writes for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.config.pipeline import GroupConfig, Kind, PipelineConfig, ProjectConfig
from bot.diagnosis.model import Cause
from tests.support.actions.model import FAILURE, SUCCESS, Trigger
from tests.support.pack_runs import diagnosed, make_yard, metrics_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.no_cover

PYTHON = {
    "pyproject.toml": '[project]\nname = "skiff"\nversion = "1.0"\nrequires-python = ">=3.11"\n',
    "skiff.py": '"""Counts knots."""\n\n\ndef knots(miles: float, hours: float) -> float:\n    return miles / hours\n',
    "tests/test_skiff.py": (
        "from skiff import knots\n\n\ndef test_counts_knots() -> None:\n    assert knots(9, 3) == 3\n"
    ),
    "conftest.py": "",
}
NODE = {
    "package.json": (
        '{"name": "dinghy", "private": true, "workspaces": ["oars"], "scripts": {"test": "node --test", '
        '"build": "node --check oars/index.js"}}'
    ),
    "package-lock.json": (
        '{"name": "dinghy", "lockfileVersion": 3, "requires": true, "packages": {"": {"name": "dinghy", '
        '"workspaces": ["oars"]}, "node_modules/oars": {"resolved": "oars", "link": true}, '
        '"oars": {"version": "1.0.0"}}}'
    ),
    "oars/package.json": '{"name": "oars", "version": "1.0.0", "scripts": {"test": "node --test"}}',
    "oars/index.js": "exports.pull = (times) => times * 2;\n",
    "oars/index.test.js": (
        'const test = require("node:test");\nconst assert = require("node:assert");\n'
        'const { pull } = require("./index.js");\n\n'
        'test("pulls twice", () => {\n  assert.strictEqual(pull(2), 4);\n});\n'
    ),
}
GO = {
    "go.mod": "module example.com/tender\n\ngo 1.19\n",
    "rope/rope.go": (
        "// Package rope measures ropes.\npackage rope\n\n"
        "// Fathoms of so many feet.\nfunc Fathoms(feet int) int { return feet / 6 }\n"
    ),
    "rope/rope_test.go": (
        'package rope\n\nimport "testing"\n\nfunc TestFathoms(t *testing.T) {\n'
        '\tif got := Fathoms(12); got != 2 {\n\t\tt.Errorf("got %d, want 2", got)\n\t}\n}\n'
    ),
}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A repository of one kind, and how one of its tests is made to fail."""

    pipeline: PipelineConfig
    files: Mapping[str, str]
    path: str
    old: str
    new: str
    tool: str
    test: str
    line: int
    builds: tuple[str, ...]


SAMPLES = {
    "python": Sample(
        pipeline=PipelineConfig(projects={"skiff": ProjectConfig(kind=Kind.PYTHON, manager="uv")}),
        files=PYTHON,
        path="tests/test_skiff.py",
        old="== 3",
        new="== 4",
        tool="pytest",
        test="tests/test_skiff.py::test_counts_knots",
        line=5,
        builds=("build", "fmt", "lint"),
    ),
    "node": Sample(
        pipeline=PipelineConfig(
            projects={"dinghy": ProjectConfig(kind=Kind.NODE, commands=dict.fromkeys(("fmt", "lint")))},
            groups={"oars-tests": GroupConfig(packages=("oars",))},
        ),
        files=NODE,
        path="oars/index.test.js",
        old="pull(2), 4",
        new="pull(2), 5",
        tool="node --test",
        test="pulls twice",
        line=6,
        builds=("build",),
    ),
    "go": Sample(
        pipeline=PipelineConfig(
            projects={"tender": ProjectConfig(kind=Kind.GO)},
            groups={"rope-tests": GroupConfig(packages=("./rope",))},
        ),
        files=GO,
        path="rope/rope.go",
        old="feet / 6",
        new="feet / 5 + 1",
        tool="go test",
        test="TestFathoms",
        line=7,
        builds=("build", "fmt", "lint", "security-audit"),
    ),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_project_of_each_kind_is_built_tested_and_diagnosed(tmp_path: Path, kind: str) -> None:
    sample, empty = SAMPLES[kind], tmp_path / "empty"
    empty.mkdir()
    yard = make_yard(tmp_path, pipeline=sample.pipeline, like=empty)
    yard.change(sample.files)

    built = yard.run("ci-build.yml", Trigger(only=(*sample.builds, "ci-build")))
    tested = yard.run("tests-all.yml", Trigger(run_id=4712))
    yard.edit(sample.path, sample.old, sample.new)
    broken = yard.run("tests-all.yml", Trigger(run_id=4713))

    assert {name: built.jobs[name].conclusion for name in sample.builds} == dict.fromkeys(
        sample.builds, SUCCESS
    )
    assert (built.conclusion, tested.conclusion, broken.conclusion) == (SUCCESS, SUCCESS, FAILURE)
    assert metrics_of(tested)["tests"] == {"unit": {"passed": 1, "failed": 0, "skipped": 0}}
    assert metrics_of(broken)["tests"] == {"unit": {"passed": 0, "failed": 1, "skipped": 0}}
    first = diagnosed(broken.jobs["all-tests"]).failures[0]
    assert (first.cause, first.tool) == (Cause.TEST, sample.tool)
    assert sample.test in first.tests[0]
    assert sample.line in {place.line for place in first.locations}
