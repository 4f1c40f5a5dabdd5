"""What people read of a deployment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import Rollout
from bot.deployments.render import (
    describe,
    render_expired,
    render_failure,
    render_following,
    render_success,
    render_turn,
)
from bot.github.models import Conclusion
from bot.github.run_models import Job
from tests.support.commands import HEAD, WEB, workflow_run

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


def test_description() -> None:
    assert describe(PLAN, "ada") == "1a2b3c4 to staging for ada"
