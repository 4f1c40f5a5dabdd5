"""The table of a deployment's legal moves, and what GitHub is told of its stages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.config.policy import StageJobs
from bot.deployments.model import Stage
from bot.deployments.states import (
    MOVES,
    SHOWN,
    diagram,
    end_of,
    has_reached,
    has_started,
    is_over,
    may_move,
    may_show,
    part_of,
    progress_of,
    shown_as,
)
from bot.github.models import Conclusion, DeploymentState
from bot.github.run_models import Job
from tests.support.commands import HEAD, WEB, workflow_run

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

OVER = {Stage.SUCCEEDED, Stage.FAILED, Stage.ERRORED, Stage.REFUSED}
NAMES = StageJobs()


def job(name: str, status: str = "completed", conclusion: Conclusion | None = Conclusion.SUCCESS) -> Job:
    """This function will make a job of a workflow run."""
    return Job(
        id=51,
        run_id=41,
        attempt=1,
        name=name,
        status=status,
        conclusion=conclusion if status == "completed" else None,
        html_url=f"{WEB}/actions/runs/41/job/51",
        head_sha=HEAD,
    )


def test_every_stage_has_its_moves_and_is_shown() -> None:
    assert set(MOVES) == set(SHOWN) == set(Stage)


def test_no_stage_moves_to_itself_or_back_to_the_beginning() -> None:
    assert not any(may_move(stage, stage) for stage in Stage)
    assert not any(may_move(stage, Stage.CHECKING) for stage in Stage)


def test_what_is_over_stays_as_it_is() -> None:
    assert {stage for stage in Stage if is_over(stage)} == OVER


def test_every_stage_is_reached_and_comes_to_an_end() -> None:
    reached = {Stage.CHECKING}
    for _ in Stage:
        reached |= {to for stage in reached for to in MOVES[stage]}
    assert reached == set(Stage)
    for stage in set(Stage) - OVER:
        assert Stage.ERRORED in MOVES[stage]


def test_nothing_is_refused_once_the_environment_may_have_changed() -> None:
    """Only a run that was stopped before it could do anything is refused after its dispatch."""
    assert not any(may_move(stage, Stage.REFUSED) for stage in (Stage.VERIFYING, Stage.PROMOTING))


@pytest.mark.parametrize(
    ("before", "to", "expected"),
    [
        (None, DeploymentState.PENDING, True),
        (DeploymentState.PENDING, DeploymentState.PENDING, False),
        (DeploymentState.PENDING, DeploymentState.QUEUED, True),
        (DeploymentState.IN_PROGRESS, DeploymentState.QUEUED, False),
        (DeploymentState.IN_PROGRESS, DeploymentState.SUCCESS, True),
        (DeploymentState.SUCCESS, DeploymentState.FAILURE, False),
    ],
)
def test_github_is_never_told_of_a_state_from_before(
    before: DeploymentState | None, to: DeploymentState, *, expected: bool
) -> None:
    assert may_show(before, to) is expected


@pytest.mark.parametrize(
    ("stage", "status", "expected"),
    [
        (Stage.GATED, "in_progress", DeploymentState.PENDING),
        (Stage.APPLYING, "queued", DeploymentState.QUEUED),
        (Stage.APPLYING, "requested", DeploymentState.QUEUED),
        (Stage.APPLYING, "in_progress", DeploymentState.IN_PROGRESS),
        (Stage.APPLYING, "waiting", DeploymentState.IN_PROGRESS),
        (Stage.APPLYING, "completed", DeploymentState.IN_PROGRESS),
        (Stage.SUCCEEDED, "completed", DeploymentState.SUCCESS),
        (Stage.REFUSED, "completed", DeploymentState.ERROR),
    ],
)
def test_what_github_shows(stage: Stage, status: str, expected: DeploymentState) -> None:
    assert shown_as(stage, workflow_run(status=status)) is expected


def test_what_has_no_run_yet_is_queued() -> None:
    assert shown_as(Stage.APPLYING) is DeploymentState.QUEUED
    assert not has_started(workflow_run(status="queued"))


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        (Conclusion.SUCCESS, Stage.SUCCEEDED),
        (Conclusion.FAILURE, Stage.FAILED),
        (Conclusion.TIMED_OUT, Stage.FAILED),
        (Conclusion.STARTUP_FAILURE, Stage.FAILED),
        (Conclusion.CANCELLED, Stage.ERRORED),
        (Conclusion.SKIPPED, Stage.ERRORED),
        (Conclusion.NEUTRAL, Stage.ERRORED),
        (None, Stage.ERRORED),
    ],
)
def test_the_end_follows_the_workflow_run(conclusion: Conclusion | None, expected: Stage) -> None:
    assert end_of(replace(workflow_run(), conclusion=conclusion)) is expected


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("terraform-apply", True),
        ("Terraform-Apply", True),
        ("terraform-apply (eu, blue)", True),
        ("deploy / terraform-apply", True),
        ("terraform-apply / run", True),
        ("terraform-apply-later", False),
        ("no terraform-apply", False),
    ],
)
def test_a_stage_is_known_by_the_name_of_its_job(name: str, *, is_it: bool) -> None:
    assert bool(part_of([job(name)], NAMES.apply).jobs) is is_it


@pytest.mark.parametrize(
    ("found", "begun"),
    [
        (job("x", "queued"), False),
        (job("x", "waiting"), False),
        (job("x", "in_progress"), True),
        (job("x", conclusion=Conclusion.FAILURE), True),
        (job("x", conclusion=Conclusion.SKIPPED), False),
    ],
)
def test_a_job_that_waits_or_was_skipped_has_not_begun(found: Job, *, begun: bool) -> None:
    assert part_of([found], "x").has_begun is begun


def test_a_matrix_has_succeeded_when_all_of_it_has() -> None:
    green, red = job("x (1)"), job("x (2)", conclusion=Conclusion.FAILURE)
    assert part_of([green, green], "x").has_succeeded
    assert not part_of([green, red], "x").has_succeeded
    assert not part_of([], "x").has_succeeded


@pytest.mark.parametrize(
    ("names", "stage", "reached"),
    [
        (["build"], None, False),
        (["build", "terraform-plan"], Stage.PLANNING, False),
        (["terraform-plan", "terraform-apply"], Stage.APPLYING, True),
        (["terraform-apply", "deploy-binaries"], Stage.APPLYING, True),
        (["terraform-apply", "verify-deployment"], Stage.VERIFYING, True),
    ],
)
def test_the_furthest_job_that_has_begun_is_the_stage(
    names: list[str], stage: Stage | None, *, reached: bool
) -> None:
    jobs = [job(name) for name in names]
    progress = progress_of(jobs, NAMES)
    assert (progress.stage if progress else None) is stage
    assert has_reached(jobs, NAMES) is reached


def test_the_diagram_is_drawn_from_the_table(snapshot: SnapshotAssertion) -> None:
    assert diagram() == snapshot
