"""The deploying workflows as a whole: each job as GitHub runs it, with the real Terraform, before moto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.actions.expressions import require_packages
from tests.support.shipyard import Shipyard, make_shipyard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.actions.model import RunResult
    from tests.support.aws_cli import Account

pytestmark = pytest.mark.no_cover

JOBS = (
    "validate-config",
    "build-and-test",
    "terraform-plan",
    "terraform-apply",
    "deploy-binaries",
    "verify-deployment",
)


@pytest.fixture
def shipyard(tmp_path: Path, aws: Account) -> Shipyard:
    require_packages()
    return make_shipyard(tmp_path, aws)


def conclusions(run: RunResult) -> dict[str, str]:
    """How the reference's jobs ended, without those that were skipped."""
    return {name: run.jobs[name].conclusion for name in JOBS if run.jobs[name].conclusion != "skipped"}


def all_green(*jobs: str) -> dict[str, str]:
    return dict.fromkeys(jobs, "success")


def log_of(run: RunResult) -> str:
    return "\n".join(f"{name}: {job.conclusion}\n{job.log.decode()}" for name, job in run.jobs.items())


def test_a_plan_is_made_approved_and_applied_in_two_runs(shipyard: Shipyard) -> None:
    """The second run tests, builds and plans nothing: it takes what the first has made, and no other plan."""
    machines = shipyard.aws.machines("production", 2)
    given = {"environment": "production", "sha": shipyard.head, "deployment_id": "77", "lease_token": "3"}
    planning = shipyard.run("deploy-prod.yml", 1, **given, stage="plan")
    assert planning.conclusion == "success", log_of(planning)
    assert "77" in planning.name.split()
    assert conclusions(planning) == all_green("validate-config", "build-and-test", "terraform-plan")
    assert planning.jobs["ci-build / ci-build"].conclusion == "success"
    plan = shipyard.plan_of(planning)
    assert (plan["adds"], plan["monthly_cost"]) == (2, "$0.00")
    assert "environments/production/terraform.tfstate" not in shipyard.aws.objects("acme-state")
    shipyard.machines_follow(*machines)
    approved = {"plan_digest": plan["sha256"], "plan_run_id": "1"}
    applying = shipyard.run("deploy-prod.yml", 2, **given, **approved, stage="apply")
    assert applying.conclusion == "success", log_of(applying)
    assert conclusions(applying) == all_green(*(job for job in JOBS if job != "terraform-plan"))
    assert (
        "ci-build / ci-build" not in applying.jobs
        or applying.jobs["ci-build / ci-build"].conclusion == "skipped"
    )
    assert "environments/production/terraform.tfstate" in shipyard.aws.objects("acme-state")
    assert shipyard.released()["digest"] == shipyard.digest_of(applying)
    assert shipyard.released()["lease"] == 3
    late = shipyard.run("deploy-prod.yml", 3, **{**given, "lease_token": "2"}, **approved, stage="apply")
    assert conclusions(late)["terraform-apply"] == "failure"
    assert "deploy-binaries" not in conclusions(late)


def test_one_run_does_it_all_and_a_rollback_points_back(shipyard: Shipyard) -> None:
    """A rollback with the digest of what was pushed neither builds nor touches the infrastructure."""
    machines = shipyard.aws.machines("staging", 1)
    shipyard.machines_follow(*machines, environment="staging")
    given = {"environment": "staging", "sha": shipyard.head}
    whole = shipyard.run("deploy-prod.yml", 1, **given)
    assert whole.conclusion == "success", log_of(whole)
    assert conclusions(whole) == all_green(*JOBS)
    digest = shipyard.digest_of(whole)
    calls = len(shipyard.aws.commands.calls)
    back = shipyard.run("deploy-prod.yml", 2, **given, task="rollback", artifact_digest=digest)
    assert back.conclusion == "success", log_of(back)
    done = ("validate-config", "build-and-test", "deploy-binaries", "verify-deployment")
    assert conclusions(back) == all_green(*done)
    assert shipyard.digest_of(back) == digest
    assert len(shipyard.aws.commands.calls) - calls < 10
    again = shipyard.run("deploy-prod.yml", 3, **given, task="rollback")
    assert again.conclusion == "success", log_of(again)
    assert again.jobs["programs"].conclusion == "success"
    assert shipyard.digest_of(again) == digest


def test_what_is_red_stops_all_that_follows(shipyard: Shipyard) -> None:
    shipyard.yard.change({"broken": "by Mona\n"})
    red = shipyard.run("deploy-prod.yml", 1, environment="production", sha=shipyard.head)
    assert red.conclusion == "failure"
    assert conclusions(red) == {"validate-config": "success", "build-and-test": "failure"}
    assert shipyard.aws.objects("acme-state") == {}
    wrong = shipyard.run("deploy-prod.yml", 2, environment="production", sha="main")
    assert "terraform-plan" not in conclusions(wrong)
    assert wrong.conclusion == "failure"


def test_machines_that_are_not_well_fail_the_deployment(shipyard: Shipyard) -> None:
    """What follows a red verification is a rollback, so it must be red."""
    shipyard.aws.machines("production", 1)
    run = shipyard.run("deploy-prod.yml", 1, environment="production", sha=shipyard.head)
    assert conclusions(run)["deploy-binaries"] == "success", log_of(run)
    assert conclusions(run)["verify-deployment"] == "failure"
    assert "it has not reported yet" in run.jobs["verify-deployment"].log.decode()


def test_the_cluster_comes_up_in_any_size_and_goes_down(shipyard: Shipyard) -> None:
    up = shipyard.run("cluster.yml", 1, action="up", nodes="1")
    assert up.conclusion == "success", log_of(up)
    assert shipyard.plan_of(up)["adds"] == 1
    assert up.jobs["cluster"].environment == "test"
    down = shipyard.run("cluster.yml", 2, action="down")
    assert down.conclusion == "success", log_of(down)
    assert shipyard.plan_of(down)["destroys"] == 1


def test_an_environment_is_taken_down(shipyard: Shipyard) -> None:
    """A teardown that comes late takes nothing down."""
    assert shipyard.run("teardown.yml", 1, environment="staging", lease_token="8").conclusion == "success"
    late = shipyard.run("teardown.yml", 2, environment="staging", lease_token="7", task="teardown")
    assert late.conclusion == "failure"
    assert "lease 7 is over: staging was handed on as lease 8" in log_of(late)
