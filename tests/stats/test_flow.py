"""What runs of the pack tell is kept, once, and no more than a policy wants."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import accounts, runs
from bot.pack.model import Workflow
from bot.stats.model import CacheHit, Counts, JobFigures
from tests.support.pipeline_runs import FIGURES, POLICY, site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("repeats", [False, True])
async def test_an_ended_run_is_kept_with_what_it_tells(tmp_path: Path, *, repeats: bool) -> None:
    async with site(tmp_path, repeat_every_step=repeats) as opened:
        run = opened.begin(Workflow.TESTS)
        opened.upload(run, FIGURES)
        await opened.end(run)
        (kept,) = await opened.noted()
        assert (kept.workflow, kept.branch, kept.event) == (Workflow.TESTS, "main", "push")
        assert (kept.seconds, kept.conclusion) == (1200, "success")
        assert kept.figures.jobs[1] == JobFigures(name="storage-tests", seconds=300, cache=CacheHit.MISS)
        assert kept.figures.tests == {"unit": Counts(passed=2000, skipped=3), "property": Counts(passed=400)}


async def test_it_takes_two_calls_and_a_look_at_the_policy_that_costs_nothing(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        first = opened.begin(Workflow.TESTS)
        opened.upload(first, FIGURES)
        await opened.end(first)
        opened.bot.calls.clear()
        run = opened.begin(Workflow.TESTS, event="schedule")
        opened.upload(run, FIGURES)
        await opened.end(run)
        calls = [(call.operation, call.status) for call in opened.bot.calls]
        assert calls.count(("actions/list-workflow-run-artifacts", 200)) == 1
        assert calls.count(("repos/get-content", 304)) == 1
        assert len(calls) == 3


async def test_of_a_deployment_only_its_time_is_asked_for(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        run = opened.begin(Workflow.DEPLOY, event="workflow_dispatch")
        opened.upload(run, FIGURES)
        await opened.end(run, "failure")
        (kept,) = await opened.noted()
        assert (kept.workflow, kept.conclusion) == (Workflow.DEPLOY, "failure")
        assert kept.figures.jobs == ()


async def test_another_attempt_is_kept_beside_the_first_and_does_not_tell_its_figures(tmp_path: Path) -> None:
    """Which of them GitHub still lists is not certain: https://github.com/actions/upload-artifact/issues/585."""
    async with site(tmp_path) as opened:
        run = opened.begin(Workflow.TESTS)
        opened.upload(run, FIGURES)
        await opened.end(run, "failure")
        opened.bot.clock.advance(timedelta(minutes=1))
        runs.rerun(opened.bot.hub.store, run, actor=opened.bot.ada, again=lambda _: True)
        await opened.end(run, after=timedelta(minutes=5))
        newest, first = await opened.noted()
        assert (newest.attempt, newest.seconds, newest.figures.tests) == (2, 300, {})
        assert first.figures.tests


@pytest.mark.parametrize(
    "policy",
    ["{}\n", POLICY + "  metrics: false\n", "pipeline: 3\n"],
    ids=["no pipeline", "unwanted", "wrong"],
)
async def test_nothing_is_kept_that_no_policy_wants(tmp_path: Path, policy: str) -> None:
    async with site(tmp_path) as opened:
        opened.configure(policy)
        run = opened.begin(Workflow.BUILD)
        opened.upload(run, FIGURES)
        await opened.end(run)
        assert await opened.noted() == ()


async def test_a_fork_tells_nothing(tmp_path: Path) -> None:
    """Its pull request may bring any workflow under that name, with any figures.

    https://github.com/google-gemini/gemini-cli/pull/27753
    """
    async with site(tmp_path) as opened:
        store, repository = opened.bot.hub.store, opened.bot.repository
        fork = accounts.create_repository(store, "mallory/harbour", files={"README.md": "mine\n"})
        known = runs.workflow_of(store, repository, Workflow.BUILD, name="build")
        new = runs.NewRun(
            head_sha=repository.branches["main"],
            head_branch="main",
            actor=opened.bot.ada,
            head_repository=fork,
        )
        run = runs.start_run(store, repository, known, new, jobs=("build",))
        opened.upload(run, FIGURES)
        await opened.end(run)
        assert await opened.noted() == ()


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (b"{", "it is no JSON"),
        (bytes(300_000), "larger than 256 KB"),
    ],
    ids=["broken", "huge"],
)
async def test_what_cannot_be_read_is_said_and_the_time_is_kept(
    tmp_path: Path, told: bytes, problem: str
) -> None:
    async with site(tmp_path) as opened:
        run = opened.begin(Workflow.INTEGRATION)
        opened.upload(run, told)
        await opened.end(run)
        (kept,) = await opened.noted()
        assert problem in kept.figures.problem
        assert kept.seconds == 1200


async def test_an_artifact_that_github_does_not_hand_out_costs_no_more_than_its_figures(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as opened:
        run = opened.begin(Workflow.INTEGRATION)
        opened.upload(run, FIGURES)
        opened.bot.hub.faults.add(Fault(kind="status", path="/artifacts$", status=403))
        await opened.end(run)
        (kept,) = await opened.noted()
        assert "did not hand" in kept.figures.problem
        assert kept.seconds == 1200


@pytest.mark.parametrize(
    ("told", "status", "problem"),
    [(FIGURES, 404, "no longer has the artifact"), (token_bytes(300_000), 200, "larger than")],
    ids=["gone", "large"],
)
async def test_an_artifact_that_is_gone_or_too_large_is_not_read(
    tmp_path: Path, told: object, status: int, problem: str
) -> None:
    async with site(tmp_path) as opened:
        run = opened.begin(Workflow.INTEGRATION)
        opened.upload(run, told)
        if status != 200:
            opened.bot.hub.faults.add(Fault(kind="status", path="/zip$", status=status))
        await opened.end(run)
        (kept,) = await opened.noted()
        assert problem in kept.figures.problem


async def test_another_workflow_is_none_of_its_business(tmp_path: Path) -> None:
    async with site(tmp_path) as opened:
        opened.bot.ci({"test": None})
        await opened.bot.settle()
        assert not any(name.startswith("note_run") for name in opened.bot.engine.runs)
