"""Limits and rules of workflow runs, deployments and git that the local GitHub enforces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import deployments, git, runs

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from bot.localhub.state.actions import WorkflowRun
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"


async def test_a_dispatch_answers_with_its_run(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    played: list[WorkflowRun] = []
    hub.store.player = played.append
    path = f"{R}/actions/workflows/ci.yml/dispatches"
    answer = await as_installation("POST", path, {"ref": "topic", "inputs": {"environment": "staging"}})
    run = seeded.repository.runs[answer.body["workflow_run_id"]]
    assert played == [run]
    assert run.inputs == {"environment": "staging"}
    assert run.head_sha == seeded.pull.head_sha


async def test_a_dispatch_is_refused_with_too_many_inputs_no_ref_or_no_trigger(
    as_installation: Caller, seeded: Seeded
) -> None:
    path = f"{R}/actions/workflows/ci.yml/dispatches"
    many = {"ref": "main", "inputs": {str(number): "x" for number in range(26)}}
    assert (await as_installation("POST", path, many)).status == 422
    assert (await as_installation("POST", path, {"ref": "nothing"})).status == 422
    seeded.run.workflow.dispatchable = False
    assert (await as_installation("POST", path, {"ref": "main"})).status == 422
    missing = f"{R}/actions/workflows/nothing.yml/dispatches"
    assert (await as_installation("POST", missing, {"ref": "main"})).status == 404


async def test_running_failed_jobs_again_carries_the_others_over(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    here = f"{R}/actions/runs/{seeded.run.id}"
    assert (await as_installation("POST", f"{here}/rerun-failed-jobs")).status == 201
    jobs = (await as_installation("GET", f"{here}/attempts/2/jobs")).body["jobs"]
    assert {job["name"]: job["status"] for job in jobs} == {"test": "queued", "lint": "completed"}
    assert (await as_installation("POST", f"{here}/rerun")).status == 403
    runs.finish_job(hub.store, seeded.run.latest.jobs[0], "success")
    runs.finish_run(hub.store, seeded.run)
    body = (await as_installation("GET", here)).body
    assert (body["run_attempt"], body["conclusion"]) == (2, "success")
    assert (await as_installation("GET", f"{here}/attempts/1")).body["conclusion"] == "failure"
    assert (await as_installation("POST", f"{here}/rerun-failed-jobs")).status == 403
    assert (await as_installation("GET", f"{here}/attempts/3")).status == 404


async def test_a_run_is_run_again_at_most_50_times(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    path = f"{R}/actions/runs/{seeded.run.id}/rerun"
    for _ in range(50):
        assert (await as_installation("POST", path)).status == 201
        runs.finish_run(hub.store, seeded.run)
    assert (await as_installation("POST", path)).status == 403


async def test_a_completed_run_cannot_be_cancelled(as_installation: Caller, seeded: Seeded) -> None:
    assert (await as_installation("POST", f"{R}/actions/runs/{seeded.run.id}/cancel")).status == 409


async def deploy(call: Caller, **given: Any) -> Any:
    """This function will create a deployment."""
    new = {"ref": "topic", "auto_merge": False, "required_contexts": [], **given}
    return await call("POST", f"{R}/deployments", new)


async def test_a_deployment_requires_green_contexts_unless_told_otherwise(
    as_installation: Caller, seeded: Seeded
) -> None:
    refused = await as_installation(
        "POST", f"{R}/deployments", {"ref": seeded.pull.head_sha, "auto_merge": False}
    )
    assert refused.status == 409
    assert (await deploy(as_installation, required_contexts=["lint"])).status == 201
    assert (await deploy(as_installation, required_contexts=["lint", "test"])).status == 409


async def test_auto_merge_is_the_default_and_merges_instead_of_deploying(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    ada = hub.store.user("ada")
    git.push(hub.store, seeded.repository, "main", files={"other": "x"}, message="Other", author=ada)
    merged = await as_installation("POST", f"{R}/deployments", {"ref": "topic", "required_contexts": []})
    assert merged.status == 202
    assert not seeded.repository.deployments
    assert hub.store.commits[seeded.repository.branches["topic"]].files["other"] == b"x"


async def test_auto_merge_of_a_conflict_is_409(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    ada = hub.store.user("ada")
    git.push(hub.store, seeded.repository, "main", files={"src/lib.rs": "x"}, message="Other", author=ada)
    refused = await as_installation("POST", f"{R}/deployments", {"ref": "topic", "required_contexts": []})
    assert refused.status == 409


async def test_descriptions_of_deployments_have_at_most_140_characters(as_installation: Caller) -> None:
    assert (await deploy(as_installation, description="d" * 141)).status == 422
    made = await deploy(as_installation, description="d" * 140)
    path = f"{R}/deployments/{made.body['id']}/statuses"
    assert (await as_installation("POST", path, {"state": "queued", "description": "d" * 141})).status == 422
    assert (await as_installation("POST", path, {"state": "flying"})).status == 422
    assert (await deploy(as_installation, ref="nothing")).status == 422


async def test_success_makes_earlier_successes_inactive_but_not_production_ones(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    made: dict[str, list[int]] = {}
    for environment in ("staging", "staging", "production", "production"):
        one = (await deploy(as_installation, environment=environment)).body
        made.setdefault(environment, []).append(one["id"])
        await as_installation("POST", f"{R}/deployments/{one['id']}/statuses", {"state": "success"})
    newest = {
        environment: [seeded.repository.deployments[number].statuses[-1].state for number in numbers]
        for environment, numbers in made.items()
    }
    assert newest == {"staging": ["inactive", "success"], "production": ["success", "success"]}
    assert deployments.environment_of(hub.store, seeded.repository, "STAGING").name == "staging"


async def test_an_active_deployment_cannot_be_deleted(as_installation: Caller, seeded: Seeded) -> None:
    one, other = [(await deploy(as_installation)).body["id"] for _ in range(2)]
    await as_installation("POST", f"{R}/deployments/{other}/statuses", {"state": "success"})
    assert (await as_installation("DELETE", f"{R}/deployments/{other}")).status == 422
    assert (await as_installation("DELETE", f"{R}/deployments/{one}")).status == 204
    assert list(seeded.repository.deployments) == [other]


async def test_a_file_is_replaced_only_when_its_blob_is_named(
    as_installation: Caller, seeded: Seeded
) -> None:
    path = f"{R}/contents/src/lib.rs"
    new = {"message": "Change", "content": "aGVsbG8=", "branch": "topic"}
    assert (await as_installation("PUT", path, new)).status == 422
    assert (await as_installation("PUT", path, new | {"sha": "0" * 40})).status == 409
    sha = (await as_installation("GET", f"{path}?ref=topic")).body["sha"]
    assert (await as_installation("PUT", path, new | {"sha": sha})).status == 200
    assert seeded.repository.branches["topic"] == seeded.pull.head_sha != seeded.pull.base_sha
    assert (await as_installation("PUT", f"{R}/contents/x", new | {"branch": "nothing"})).status == 404


async def test_a_ref_moves_backwards_only_by_force(as_installation: Caller, seeded: Seeded) -> None:
    path, sha = f"{R}/git/refs/heads/topic", seeded.pull.base_sha
    assert (await as_installation("PATCH", path, {"sha": sha})).status == 422
    assert (await as_installation("PATCH", path, {"sha": sha, "force": True})).status == 200
    assert (await as_installation("PATCH", f"{R}/git/refs/heads/nothing", {"sha": sha})).status == 422
    assert (await as_installation("DELETE", f"{R}/git/refs/heads/nothing")).status == 422


@pytest.mark.parametrize("ref", ["heads/new", "refs/heads/topic", "refs"])
async def test_a_bad_new_ref_is_refused(as_installation: Caller, seeded: Seeded, ref: str) -> None:
    new = {"ref": ref, "sha": seeded.pull.head_sha}
    assert (await as_installation("POST", f"{R}/git/refs", new)).status == 422


@pytest.mark.parametrize(
    "path",
    [
        "branches/nothing",
        "check-runs/1",
        "check-suites/1",
        "collaborators/nobody",
        "contents/nothing",
        "deployments/1",
        "environments/nothing",
        "git/blobs/0",
        "git/commits/0",
        "git/ref/heads/nothing",
        "git/trees/nothing",
        "issues/comments/1",
        "labels/nothing",
        "pulls/999",
        "actions/runs/1",
        "actions/jobs/1",
        "compare/main",
    ],
)
async def test_what_is_not_there_is_404(as_installation: Caller, path: str) -> None:
    assert (await as_installation("GET", f"{R}/{path}")).status == 404


async def test_an_unknown_commit_is_422(as_installation: Caller) -> None:
    assert (await as_installation("GET", f"{R}/commits/{'0' * 40}")).status == 422
