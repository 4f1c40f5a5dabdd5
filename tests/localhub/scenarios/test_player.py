"""Workflow runs play as they do on GitHub, at once when nobody needs to watch."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.localhub.scenarios.harbour import seed
from bot.localhub.scenarios.logs import log_of
from bot.localhub.scenarios.plans import (
    DEPLOY_PATH,
    GREEN_CI,
    PYTHON_RED_CI,
    RUST_RED_CI,
    UPLOAD,
    deploy_plan,
    failing,
)
from bot.localhub.scenarios.player import Outcome, Player, Scene
from bot.localhub.state import git, runs
from bot.localhub.state.store import Happening, Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.scenarios.harbour import Harbour
    from bot.localhub.state.actions import WorkflowRun

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Stage:
    """A store with a player and the demo's repository."""

    def __init__(self) -> None:
        self.heard: list[Happening] = []
        self.store = Store(clock=lambda: AT)
        self.store.listeners.append(self.heard.append)
        self.slept: list[float] = []
        self.player = Player(self.store, pace=5, sleep=self._sleep)
        app = self.store.app("pilothouse", name="Pilothouse", owner=self.store.user("acme"))
        self.harbour: Harbour = seed(self.store, self.player, app)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    def run_of(self, sha: str) -> WorkflowRun:
        """The workflow run of a commit."""
        return next(run for run in self.harbour.repository.runs.values() if run.head_sha == sha)

    def actions_of(self, run: WorkflowRun) -> list[str | None]:
        """What was told about a workflow run."""
        return [one.action for one in self.heard if one.event == "workflow_run" and one.subject is run]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.player.close()


def _failed(run: WorkflowRun) -> set[str]:
    return {job.name for job in run.latest.jobs if job.conclusion == "failure"}


async def test_opened_pull_requests_get_the_ci_of_their_scene(stage: Stage) -> None:
    await stage.player.played()

    harbour = stage.harbour
    assert _failed(stage.run_of(harbour.rust.head_sha)) == {job.name for job in RUST_RED_CI.jobs if job.log}
    assert _failed(stage.run_of(harbour.python.head_sha)) == {
        job.name for job in PYTHON_RED_CI.jobs if job.log
    }
    assert stage.run_of(harbour.green.head_sha).latest.conclusion == "success"


async def test_run_goes_through_its_states_and_takes_the_pace(stage: Stage) -> None:
    await stage.player.played()

    run = stage.run_of(stage.harbour.rust.head_sha)
    assert stage.actions_of(run) == ["requested", "in_progress", "completed"]
    assert stage.slept[0] == pytest.approx(1)  # five steps share a job's five seconds


async def test_red_job_fails_at_its_step_and_leaves_the_real_log(stage: Stage) -> None:
    await stage.player.played()

    job = next(
        job for job in stage.run_of(stage.harbour.rust.head_sha).latest.jobs if job.name == "rust / test"
    )
    assert [step.conclusion for step in job.steps] == ["success", "success", "failure", "success", "success"]
    assert b"uf_test_with_equiv" in job.log


async def test_jobs_upload_their_reports_though_they_failed(stage: Stage) -> None:
    await stage.player.played()

    run = stage.run_of(stage.harbour.python.head_sha)
    uploaded = {one.name: one for one in stage.harbour.repository.artifacts.values() if one.run is run}
    assert set(uploaded) == {"python-test-results", "python-ruff-sarif"}
    archive = zipfile.ZipFile(io.BytesIO(uploaded["python-test-results"].content))
    assert b'name="test_apnumber[9-nine]"' in archive.read("reports/pytest-red.xml")
    job = next(job for job in run.latest.jobs if job.name == "python / test")
    assert [(step.name, step.conclusion) for step in job.steps][2:4] == [
        (job.steps[2].name, "failure"),
        (UPLOAD, "success"),
    ]


async def test_green_jobs_upload_what_they_counted(stage: Stage) -> None:
    await stage.player.played()

    run = stage.run_of(stage.harbour.green.head_sha)
    (uploaded,) = (one for one in stage.harbour.repository.artifacts.values() if one.run is run)
    archive = zipfile.ZipFile(io.BytesIO(uploaded.content))
    assert b'failures="0"' in archive.read("reports/pytest-green.xml")


async def test_push_plays_the_scene_that_was_chosen(stage: Stage) -> None:
    await stage.player.played()
    harbour = stage.harbour
    stage.player.direct(harbour.repository, harbour.rust.head_ref, Scene.GREEN)

    git.push(
        stage.store,
        harbour.repository,
        harbour.rust.head_ref,
        files={"a": "b"},
        message="Fix",
        author=harbour.writer,
    )
    await stage.player.played()

    assert stage.run_of(harbour.rust.head_sha).latest.conclusion == "success"


@pytest.mark.parametrize(("outcome", "conclusion"), [(Outcome.PASS, "success"), (Outcome.FAIL, "failure")])
async def test_rerun_ends_as_asked(stage: Stage, outcome: Outcome, conclusion: str) -> None:
    await stage.player.played()
    run = stage.run_of(stage.harbour.rust.head_sha)

    stage.player.rerun(
        run, actor=stage.harbour.writer, again=lambda job: job.conclusion == "failure", outcome=outcome
    )
    await stage.player.played()

    assert run.latest.number == 2
    assert run.latest.conclusion == conclusion
    assert len(run.latest.jobs) == len(RUST_RED_CI.jobs)


async def test_rerun_that_someone_else_asked_for_passes(stage: Stage) -> None:
    """The App re-runs through the API, which knows no outcome."""
    await stage.player.played()
    run = stage.run_of(stage.harbour.python.head_sha)

    runs.rerun(stage.store, run, actor=stage.harbour.writer, again=lambda job: job.conclusion == "failure")
    await stage.player.played()

    assert run.latest.conclusion == "success"


def _dispatch(stage: Stage) -> WorkflowRun:
    repository = stage.harbour.repository
    new = runs.NewRun(
        head_sha=stage.harbour.green.head_sha,
        head_branch=stage.harbour.green.head_ref,
        actor=stage.harbour.writer,
        event="workflow_dispatch",
        inputs={"environment": "staging", "deployment_id": "42"},
    )
    return runs.dispatch(stage.store, repository, runs.workflow_of(stage.store, repository, DEPLOY_PATH), new)


async def test_dispatch_plays_the_deployment(stage: Stage) -> None:
    run = _dispatch(stage)
    await stage.player.played()

    assert run.title == "Deploy staging 42"
    assert [(job.name, job.conclusion) for job in run.latest.jobs] == [
        ("build", "success"),
        ("roll out", "success"),
    ]


async def test_deployment_fails_when_told_to(stage: Stage) -> None:
    stage.player.deployments = Outcome.FAIL
    run = _dispatch(stage)
    await stage.player.played()

    assert _failed(run) == {"roll out"}
    assert b"answered 503" in run.latest.jobs[1].log


async def test_clean_up_runs_after_a_red_step(stage: Stage) -> None:
    run = _dispatch(stage)
    await stage.player.played()
    chosen = "roll out"
    stage.player.rerun(
        run, actor=stage.harbour.writer, again=lambda job: job.name == chosen, outcome=Outcome.FAIL
    )
    await stage.player.played()

    job = next(job for job in run.latest.jobs if job.name == chosen)
    assert [(step.name, step.conclusion) for step in job.steps] == [
        ("Set up job", "success"),
        ("Run ./scripts/roll-out", "success"),
        ("Run ./scripts/smoke-test", "failure"),
        ("Complete job", "success"),
    ]


async def test_job_that_needs_a_red_one_is_skipped(stage: Stage) -> None:
    run = _dispatch(stage)
    await stage.player.played()
    stage.player.rerun(run, actor=stage.harbour.writer, again=lambda _job: True, outcome=Outcome.FAIL)
    await stage.player.played()

    assert [job.conclusion for job in run.latest.jobs] == ["failure", "skipped"]


async def test_cancelled_run_stays_cancelled(stage: Stage) -> None:
    run = _dispatch(stage)
    started = asyncio.Event()
    stage.player.on_step = started.set
    async with asyncio.timeout(5):
        await started.wait()

    runs.cancel(stage.store, run)
    await stage.player.played()

    assert run.latest.conclusion == "cancelled"
    assert stage.actions_of(run).count("completed") == 1


def test_every_red_job_has_a_log_in_the_package() -> None:
    logs = [job for plan in (RUST_RED_CI, PYTHON_RED_CI) for job in plan.jobs if job.log]

    assert len(logs) == 6
    for job in logs:
        assert b"##[error]Process completed with exit code" in log_of(job, at=AT)


def test_any_job_can_be_made_to_fail() -> None:
    for plan in (GREEN_CI, deploy_plan(fails=False)):
        for job in failing(plan).jobs:
            assert job.failing_step in job.steps
            assert b"##[error]" in log_of(job, at=AT)
