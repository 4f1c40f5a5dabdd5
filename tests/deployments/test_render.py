"""What people read of a deployment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import DeploymentRow, Rollout, Stage
from bot.deployments.render import (
    describe,
    describe_status,
    render_broken,
    render_cancelled,
    render_checked,
    render_created,
    render_expired,
    render_failure,
    render_following,
    render_going,
    render_lost,
    render_plan,
    render_planned,
    render_planning,
    render_policy_changed,
    render_promoting,
    render_red,
    render_success,
    render_turn,
    render_unapproved,
    render_unread,
    render_unwell,
    render_verifying,
    render_waiting,
    render_with_page,
)
from bot.gates.model import Gate, GateState, PlannedChange, PlanSummary, Subject
from bot.github.models import Conclusion, DeploymentState
from bot.github.run_models import Job
from tests.support.commands import HEAD, PERSON, WEB, WRITTEN_AT, workflow_run

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

PLAN = Rollout(
    environment="staging",
    workflow="deploy.yml",
    sha=HEAD,
    ref="feature",
    runs_at_sha=True,
    inputs=(),
    limit=timedelta(hours=6),
    web_url=WEB,
)
FAILED = workflow_run(conclusion=Conclusion.FAILURE)
JOB = Job(
    id=51,
    run_id=41,
    attempt=1,
    name="deploy <b>",
    status="completed",
    conclusion=Conclusion.FAILURE,
    html_url=f"{WEB}/actions/runs/41/job/51",
    head_sha=HEAD,
)


def test_its_turn(snapshot: SnapshotAssertion) -> None:
    assert render_turn("staging") == snapshot


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_following(status: str, snapshot: SnapshotAssertion) -> None:
    assert render_following(PLAN, workflow_run(status=status)) == snapshot


@pytest.mark.parametrize(
    "took", [timedelta(), timedelta(seconds=62), timedelta(hours=2), timedelta(hours=1, seconds=1)]
)
def test_success(took: timedelta, snapshot: SnapshotAssertion) -> None:
    assert render_success(PLAN, workflow_run(), took) == snapshot


@pytest.mark.parametrize("jobs", [0, 1, 12])
def test_failure(jobs: int, snapshot: SnapshotAssertion) -> None:
    assert render_failure(PLAN, FAILED, [JOB] * jobs) == snapshot


def test_failure_without_a_conclusion() -> None:
    assert "without a conclusion" in render_failure(PLAN, replace(FAILED, conclusion=None), ())


def test_expired(snapshot: SnapshotAssertion) -> None:
    assert render_expired(PLAN, f"{WEB}/actions/runs/41") == snapshot


HOSTILE = "</details><!-- pilothouse:x --> @ada [a](b)"
PLANNED = PlanSummary(
    digest="ab" * 32,
    adds=1,
    changes=2,
    destroys=3,
    monthly_cost="+$12.30",
    resources=(PlannedChange(address="aws_x.y`", action="create"),),
    run_url=f"{WEB}/actions/runs/41",
)
SUBJECT = Subject(environment="staging", head_sha=HEAD, tree="t", base_ref="main")
GATE = Gate(
    id="g",
    repository_id=22,
    number=5,
    subject=SUBJECT,
    requester=PERSON,
    state=GateState.WAITING,
    reason="approvals_missing",
    text="One more approval is missing.",
    run_id="deploy-1",
    workflow_run_id=None,
    check_run_id=None,
    decision_id="",
    opened_at=WRITTEN_AT,
    expires_at=WRITTEN_AT,
    updated_at=WRITTEN_AT,
)
ROW = DeploymentRow(
    repository_id=22,
    deployment_id=7,
    number=5,
    environment="staging",
    sha=HEAD,
    workflow_run_id=41,
    run_id="deploy-1",
    state=DeploymentState.PENDING,
    updated_at=WRITTEN_AT,
)


TEXTS = {
    "unread": render_unread(HOSTILE),
    "cancelled for a reason": render_cancelled("staging", "ada", HOSTILE),
    "cancelled": render_cancelled("staging", "", ""),
    "lost": render_lost("staging"),
    "checked": render_checked(PLAN),
    "created": render_created(PLAN),
    "planning": render_planning(PLAN, f"{WEB}/actions/runs/41"),
    "waiting": render_waiting(PLAN, GATE),
    "waiting with a plan": render_waiting(PLAN, replace(GATE, subject=replace(SUBJECT, plan=PLANNED))),
    "planned": render_planned(PLAN, PLANNED),
    "bare plan": render_plan(replace(PLANNED, monthly_cost="", resources=())),
    "long plan": render_plan(replace(PLANNED, monthly_cost=HOSTILE, resources=PLANNED.resources * 22)),
    "step": render_going(PLAN, 10),
    "all": render_going(PLAN, 100),
    "manual promotion": render_promoting(PLAN, 10, is_manual=True),
    "promotion": render_promoting(PLAN, 10, is_manual=False),
    "verifying": render_verifying(PLAN),
    "healthy": render_success(PLAN, workflow_run(), timedelta(), "It is healthy."),
    "unwell": render_unwell(PLAN, "Its health check answered 500."),
    "policy changed": render_policy_changed(PLAN),
    "unapproved": render_unapproved(PLAN),
    "broken": render_broken(HOSTILE),
    "doing": render_following(PLAN, workflow_run(status="in_progress"), "verifying"),
    "red": render_red(FAILED, [JOB]),
    "page": render_with_page("It is deployed.", "https://bot.example.org/ci/1"),
    "no page": render_with_page("It is deployed.", ""),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_said_on_the_way(name: str, snapshot: SnapshotAssertion) -> None:
    assert TEXTS[name] == snapshot
    assert "<!-- pilothouse:" not in TEXTS[name]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (replace(ROW, stage=Stage.GATED), "It waits to be approved."),
        (replace(ROW, stage=Stage.PROMOTING, percent=10), "It waits for the next step on 10 %."),
        (replace(ROW, stage=Stage.FAILED, reason="unhealthy"), "It failed (unhealthy)."),
        (replace(ROW, stage=Stage.SUCCEEDED, reason="done"), "It is deployed."),
    ],
)
def test_what_github_lists(row: DeploymentRow, expected: str) -> None:
    assert describe_status(row) == expected


def test_description() -> None:
    assert describe(PLAN, "ada") == "1a2b3c4 to staging for ada"
