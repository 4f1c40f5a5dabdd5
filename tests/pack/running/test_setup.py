"""What a machine lacks, what takes too long, what the figures of a suite say, and what mends a branch."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.config.pipeline import Kind, ProjectConfig, SuiteConfig
from bot.diagnosis.model import Cause
from tests.support.actions.model import CANCELLED, FAILURE, SKIPPED, SUCCESS, Trigger
from tests.support.pack_runs import CRATES, Yard, diagnosed, make_yard

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

JOURNAL = "crates/journal/src/lib.rs"
BENCH = "crates/block/benches/latency.rs"
MEASURED = Trigger(only=("perf-regression", "integration-tests"))


def test_a_tool_that_cannot_be_installed_is_named(tmp_path: Path) -> None:
    yard = make_yard(tmp_path, without=("cargo-nextest",))

    job = yard.run("tests-all.yml", Trigger(only=("block-tests",))).jobs["block-tests"]

    assert job.conclusion == FAILURE
    first = diagnosed(job).failures[0]
    assert first.step == "Set up"
    assert first.message == "install-action does not support cargo-nextest"


def test_a_debian_package_that_there_is_not_is_named(tmp_path: Path) -> None:
    projects = {"main": ProjectConfig(kind=Kind.CARGO, system=("libfuse3-dev", "no-such-keel-dev"))}
    yard = make_yard(tmp_path, pipeline=structs.replace(CRATES, projects=projects))

    job = yard.run("ci-build.yml", Trigger(only=("clippy",))).jobs["clippy"]

    first = diagnosed(job).failures[0]
    assert (job.conclusion, first.cause) == (FAILURE, Cause.DEPENDENCY)
    assert first.message == "E: Unable to locate package no-such-keel-dev"


def test_a_suite_that_never_ends_is_stopped_by_its_time_limit(tmp_path: Path) -> None:
    """GitHub cancels the job and says why beside the log; what it had so far is kept, and the check is red.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes
    """
    suites = {"soak": SuiteConfig(run="echo on and on; sleep 60", time_limit="20m")}
    yard = make_yard(tmp_path, pipeline=structs.replace(CRATES, groups={}, suites=suites))
    hurried = Yard(workspace=replace(yard.workspace, minute=0.1))

    result = hurried.run("integration-tests.yml")

    job = result.jobs["soak"]
    assert (job.conclusion, result.jobs["integration-tests"].conclusion) == (CANCELLED, FAILURE)
    assert "The job has exceeded the maximum execution time of 20m0s" in {
        one.message for one in job.annotations
    }
    assert "test-results-soak" in result.artifacts
    assert diagnosed(job).failures[0].cause is Cause.CANCELLED
    assert "soak" in result.jobs["integration-tests"].summary


@pytest.mark.parametrize(
    ("now", "conclusion", "word"),
    [("14.9", SUCCESS, "fine"), ("15.1", FAILURE, "worse")],
)
def test_figures_are_held_to_those_of_the_default_branch(
    yard: Yard, now: str, conclusion: str, word: str
) -> None:
    """They may be worse by half; by more, the suite is red, and says which figure it was."""
    usual = 'env::var("SEAL_MICROS").unwrap_or_else(|_| format!("{micros:.1}"))'
    yard.edit(BENCH, usual, '"10.0".to_owned()')
    yard.run("integration-tests.yml", MEASURED)
    yard.edit(BENCH, '"10.0"', f'"{now}"')

    job = yard.run("integration-tests.yml", replace(MEASURED, run_id=4712)).jobs["perf-regression"]

    assert job.conclusion == conclusion
    assert f"| {word} |" in job.summary
    if conclusion == FAILURE:
        assert diagnosed(job).failures[0].message.endswith("seal_us")


def test_formatters_mend_a_branch_by_a_pull_request_that_a_person_reviews(yard: Yard) -> None:
    """The job that runs the branch's code may write nothing; the one that may write runs nothing of the branch."""
    yard.edit(JOURNAL, "        self.blocks.len()\n", "      self.blocks.len()\n")
    repository = yard.workspace.repository
    subprocess.run(["git", "-C", repository, "branch", "sails"], check=True)

    result = yard.run("autofix.yml", Trigger(event="workflow_dispatch", inputs={"branch": "sails"}))

    assert {name: job.conclusion for name, job in result.jobs.items()} == {
        "mend": SUCCESS,
        "propose": SUCCESS,
    }
    assert result.jobs["mend"].permissions == {"contents": "read"}
    mended = subprocess.run(
        ["git", "-C", repository, "show", "autofix/sails", "--format=%an", "--stat"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert mended.startswith("github-actions[bot]")
    assert f"{JOURNAL} | 2 +-" in mended
    calls = [json.loads(line) for line in (repository.parent / "gh.jsonl").read_text().splitlines()]
    created = next(call for call in calls if call[:2] == ["pr", "create"])
    assert created[created.index("--base") + 1] == "sails"
    assert created[created.index("--label") + 1] == "needs review"


def test_a_branch_that_needs_no_mending_gets_no_pull_request(yard: Yard) -> None:
    result = yard.run("autofix.yml", Trigger(event="workflow_dispatch", inputs={"branch": "main"}))

    assert result.jobs["propose"].conclusion == SKIPPED
