"""What the end of a deployment is called, and which inputs its workflows are given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.model import Reason, Status
from bot.config.policy import EnvironmentConfig
from bot.deployments.ending import end_of_run, end_of_stop
from bot.deployments.following import Seen
from bot.deployments.health.verification import Stopped
from bot.deployments.judging.inputs import inputs_of_plan, inputs_of_rollout
from bot.deployments.model import Rollout, Stage, gate_id_of
from bot.gates.model import Parameter
from bot.github.models import Conclusion
from tests.support.commands import HEAD, WEB, deploy_request, workflow_run

ROLLOUT = Rollout(
    environment="staging",
    workflow="deploy.yml",
    sha=HEAD,
    ref="feature",
    runs_at_sha=True,
    inputs=(Parameter(name="environment", value="staging"), Parameter(name="region", value="eu")),
    limit=timedelta(hours=6),
    web_url=WEB,
    config=EnvironmentConfig(inputs={"tier": "small", "region": "us"}),
    parameters=(Parameter(name="region", value="eu"),),
    declared=("environment", "region", "lease_token", "plan_digest"),
    plan_declared=("tier", "region", "sha", "task"),
)


@pytest.mark.parametrize(
    ("reason", "stage", "expected"),
    [
        (Reason.HEAD_MOVED, Stage.APPLYING, (Stage.REFUSED, Status.REFUSED)),
        (Reason.REJECTED, Stage.GATED, (Stage.REFUSED, Status.REFUSED)),
        (Reason.GATE_EXPIRED, Stage.GATED, (Stage.REFUSED, Status.EXPIRED)),
        (Reason.CANCELLED, Stage.GATED, (Stage.ERRORED, Status.FAILED)),
        (Reason.LEASE_LOST, Stage.VERIFYING, (Stage.ERRORED, Status.FAILED)),
        (Reason.TIME_LIMIT, Stage.APPLYING, (Stage.ERRORED, Status.EXPIRED)),
        (Reason.PROMOTION_EXPIRED, Stage.PROMOTING, (Stage.ERRORED, Status.EXPIRED)),
        (Reason.PLAN_FAILED, Stage.PLANNING, (Stage.FAILED, Status.FAILED)),
        (Reason.PLAN_MISSING, Stage.PLANNING, (Stage.FAILED, Status.FAILED)),
        (Reason.NOT_PERMITTED, Stage.VERIFYING, (Stage.ERRORED, Status.FAILED)),
    ],
)
def test_what_stopped_it_names_the_end(reason: Reason, stage: Stage, expected: tuple[Stage, Status]) -> None:
    end = end_of_stop(Stopped(reason=reason, text="Why."), stage)
    assert (end.stage, end.status) == expected
    assert (end.reason, end.text) == (reason, "Why.")


@pytest.mark.parametrize(
    ("conclusion", "stage", "reason"),
    [
        (Conclusion.FAILURE, Stage.FAILED, Reason.WORKFLOW_FAILED),
        (Conclusion.CANCELLED, Stage.ERRORED, Reason.WORKFLOW_CANCELLED),
    ],
)
def test_a_run_that_did_not_succeed(conclusion: Conclusion, stage: Stage, reason: Reason) -> None:
    end = end_of_run(ROLLOUT, Seen(run=replace(workflow_run(), conclusion=conclusion)))
    assert (end.stage, end.status, end.reason) == (stage, Status.FAILED, reason)


def test_a_workflow_is_given_what_it_declares_and_nothing_empty() -> None:
    own = {"lease_token": "7", "plan_digest": "", "canary": "10"}
    given = {one.name: one.value for one in inputs_of_rollout(ROLLOUT, own)}
    assert given == {"environment": "staging", "region": "eu", "lease_token": "7"}


def test_a_planning_workflow_is_given_what_it_declares() -> None:
    given = {one.name: one.value for one in inputs_of_plan(ROLLOUT, deploy_request(), {"lease_token": "7"})}
    assert given == {"tier": "small", "region": "eu", "sha": HEAD, "task": "deploy"}


def test_a_run_has_one_gate() -> None:
    assert gate_id_of("deploy-1-2-0") == gate_id_of("deploy-1-2-0") != gate_id_of("deploy-1-2-1")
