"""The workflows that build and test, run on real crates: green, with what they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.pack.model import METRICS
from bot.stats.reading import read_figures
from tests.support.actions.model import SKIPPED, SUCCESS, Trigger, WorkflowRefused
from tests.support.pack_runs import metrics_of

if TYPE_CHECKING:
    from tests.support.actions.model import RunResult
    from tests.support.pack_runs import Yard

pytestmark = pytest.mark.no_cover

BUILDS = ("build (debug)", "build (release)", "clippy", "docs", "fmt", "security-audit")


def conclusions(result: RunResult) -> dict[str, str]:
    return {name: job.conclusion for name, job in result.jobs.items()}


def caches(result: RunResult) -> dict[str, str]:
    return {job["name"]: job["cache"] for job in metrics_of(result)["jobs"]}


def test_every_commit_is_built_linted_and_documented(yard: Yard) -> None:
    """A later run of the default branch takes from the cache what the first left."""
    first = yard.run("ci-build.yml")
    second = yard.run("ci-build.yml", Trigger(run_id=4712, only=("clippy", "fmt", "ci-build")))

    assert conclusions(first) == dict.fromkeys((*BUILDS, "ci-build"), SUCCESS)
    assert {job.permissions.get("contents", "none") for job in first.jobs.values()} <= {"read", "none"}
    assert not [one for job in first.jobs.values() for one in job.annotations if one.level == "error"]
    compiling = ("build (debug)", "build (release)", "clippy", "docs")
    assert caches(first) == {**dict.fromkeys(compiling, "miss"), "fmt": "none", "security-audit": "none"}
    assert caches(second) == {"clippy": "hit", "fmt": "none"}
    assert all(name in first.jobs["ci-build"].summary for name in BUILDS)


def test_all_tests_and_each_group_are_run_and_counted_once(yard: Yard) -> None:
    """A test that two jobs ran is one test, of the category of the narrower job or of its name."""
    result = yard.run("tests-all.yml")

    assert conclusions(result) == dict.fromkeys(
        ("all-tests", "block-tests", "journal-tests", "tests-all"), SUCCESS
    )
    assert metrics_of(result)["tests"] == {
        "property": {"passed": 2, "failed": 0, "skipped": 0},
        "storage": {"passed": 2, "failed": 0, "skipped": 0},
        "unit": {"passed": 2, "failed": 0, "skipped": 0},
    }
    assert {"test-results-all-tests", "test-results-block-tests", METRICS} <= result.artifacts.keys()
    assert list(result.artifacts["test-results-all-tests"].glob("junit-*.xml"))
    assert "1 passed; 0 failed" in result.jobs["block-tests"].log.decode()  # the doc test


def test_the_figures_of_a_run_are_what_stats_reads(yard: Yard) -> None:
    result = yard.run("integration-tests.yml")

    told = read_figures((result.artifacts[METRICS] / "metrics.json").read_bytes())

    assert conclusions(result) == dict.fromkeys(
        ("crash-consistency", "perf-regression", "integration-tests"), SUCCESS
    )
    assert told.problem == ""
    assert {job.name for job in told.jobs} == {"crash-consistency", "perf-regression"}


def test_one_suite_that_was_asked_for_is_run_alone(yard: Yard) -> None:
    """Its last job is not called as the check that merges wait for: it tells of one suite only."""
    result = yard.run(
        "tests-all.yml", Trigger(event="workflow_dispatch", inputs={"suite": "journal-tests"}, run_id=4713)
    )

    assert conclusions(result) == {"journal-tests": SUCCESS, "tests-all (journal-tests)": SUCCESS}


def test_a_suite_that_there_is_not_is_refused_loudly(yard: Yard) -> None:
    result = yard.run("integration-tests.yml", Trigger(event="workflow_dispatch", inputs={"suite": "keel"}))

    assert result.conclusion == "failure"
    assert "keel" in result.jobs["keel"].annotations[0].message


def test_an_input_that_a_workflow_does_not_have_begins_nothing(yard: Yard) -> None:
    with pytest.raises(WorkflowRefused, match="Unexpected inputs"):
        yard.run("ci-build.yml", Trigger(event="workflow_dispatch", inputs={"keel": "x"}))


def test_a_pull_request_leaves_nothing_in_the_cache_of_the_default_branch(yard: Yard) -> None:
    """What code that nobody reviewed compiles is never what the default branch builds on."""
    pull = {"number": 7, "head": {"ref": "sails"}, "base": {"ref": "main"}}
    only = ("clippy", "ci-build")

    yard.run(
        "ci-build.yml",
        Trigger(
            event="pull_request",
            ref="refs/pull/7/merge",
            sha=yard.change({}),
            payload={"pull_request": pull},
            only=only,
        ),
    )
    after = yard.run("ci-build.yml", Trigger(run_id=4714, only=only))

    assert caches(after) == {"clippy": "miss"}
    assert after.jobs["docs"].conclusion == SKIPPED


def test_another_commit_is_built_where_it_is_asked_for(yard: Yard) -> None:
    """`sha` names what is built; the workflow itself is that of the branch."""
    good = yard.change({"NOTES.md": "one\n"})
    yard.edit("crates/journal/src/lib.rs", "        self.blocks.len()\n", "      self.blocks.len()\n")
    only = ("fmt", "ci-build")

    newest = yard.run("ci-build.yml", Trigger(event="workflow_dispatch", only=only))
    asked = yard.run("ci-build.yml", Trigger(event="workflow_dispatch", inputs={"sha": good}, only=only))

    assert (newest.conclusion, asked.conclusion) == ("failure", "success")
