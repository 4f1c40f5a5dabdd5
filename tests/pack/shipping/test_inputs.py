"""What a deployment may be given, and which jobs that makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.shipped import Job, module

if TYPE_CHECKING:
    from pathlib import Path

VALIDATE = "pilothouse-deploy/validate.py"
SHA = "a" * 40
GIVEN = {"environment": "production", "sha": SHA, "task": "deploy"}
PLAN = {"plan_digest": "b" * 64, "plan_run_id": "42"}
PROGRAMS = {"artifact_digest": f"sha256:{'c' * 64}"}
ALL = {"tests", "builds", "plans", "applies", "ships"}


@pytest.mark.parametrize(
    ("given", "work"),
    [
        ({}, ALL),
        ({"stage": "plan"}, {"tests", "builds", "plans"}),
        ({"stage": "apply", **PLAN}, {"applies", "ships"}),
        (PLAN, {"applies", "ships"}),
        ({"canary": "10"}, ALL),
        ({"canary": "50", **PROGRAMS}, {"ships"}),
        ({"task": "rollback"}, {"builds", "ships"}),
        ({"task": "rollback", **PROGRAMS}, {"ships"}),
    ],
)
def test_what_is_given_says_which_jobs_run(given: dict[str, str], work: set[str]) -> None:
    """Nothing is built or tested twice, and a rollback leaves the infrastructure as it is."""
    validate = module(VALIDATE)
    assert validate.problems_of({**GIVEN, **given}) == []
    assert {name for name, is_done in validate.work_of({**GIVEN, **given}).items() if is_done} == work


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"sha": "abc1234"}, "sha has to be a commit in all of its 40 digits"),
        ({"sha": f"{SHA}\n"}, "sha has to be"),
        ({"task": "destroy"}, "task has to be deploy or rollback"),
        ({"stage": "both"}, "stage has to be"),
        ({"canary": "0"}, "canary has to be a percentage from 1 to 100"),
        ({"canary": "101"}, "canary has to be"),
        ({"cluster_size": "101"}, "cluster_size has to be"),
        ({"cluster_size": "-1"}, "cluster_size has to be"),
        ({"cluster_size": "5 -destroy"}, "cluster_size has to be"),
        ({"lease_token": "7; true"}, "lease_token has to be a number"),
        ({"plan_digest": "b" * 64}, "come together"),
        ({"stage": "apply"}, "nothing to apply"),
        ({"stage": "plan", **PLAN}, "none can be given"),
        ({"stage": "plan", **PROGRAMS}, "without a plan"),
        ({"task": "rollback", **PLAN}, "a rollback has no plan"),
        ({"task": "rollback", "stage": "plan"}, "a rollback has no plan"),
        ({"artifact_digest": "c" * 64}, "artifact_digest has to be"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, str], problem: str) -> None:
    assert any(problem in found for found in module(VALIDATE).problems_of({**GIVEN, **given}))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    job = Job(tmp_path, {})
    ended = job.run(VALIDATE, INPUTS=json.dumps({**GIVEN, "sha": "::set-env name=X::", "canary": "all"}))
    assert ended.returncode == 1
    assert ended.stdout.count("\n::error::") == 1
    assert ended.stdout.startswith('::error::sha has to be a commit in all of its 40 digits, not "::set-env')
    assert not (tmp_path / "outputs").exists()


def test_the_jobs_are_told_what_to_do(tmp_path: Path) -> None:
    job = Job(tmp_path, {})
    assert job.run(VALIDATE, INPUTS=json.dumps({**GIVEN, "stage": "plan"})).returncode == 0
    assert job.outputs == {
        "tests": "true",
        "builds": "true",
        "plans": "true",
        "applies": "false",
        "ships": "false",
        "canary": "100",
    }
