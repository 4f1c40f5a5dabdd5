"""What GitHub refuses, and what it does on its own."""

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


async def test_a_comment_has_1_to_65536_characters(as_installation: Caller, seeded: Seeded) -> None:
    path = f"{R}/issues/{seeded.pull.number}/comments"
    assert (await as_installation("POST", path, {"body": "x" * 65_536})).status == 201
    too_long = await as_installation("POST", path, {"body": "x" * 65_537})
    assert too_long.status == 422
    assert too_long.body["errors"][0]["field"] == "body"
    for wrong in ({"body": " "}, {}, {"body": 1}):
        assert (await as_installation("POST", path, wrong)).status == 422
    assert (await as_installation("POST", f"{R}/issues/999/comments", {"body": "x"})).status == 404


async def test_the_same_reaction_twice_is_one(as_installation: Caller, seeded: Seeded) -> None:
    made = await as_installation("POST", f"{R}/issues/{seeded.pull.number}/comments", {"body": "x"})
    path = f"{R}/issues/comments/{made.body['id']}/reactions"
    assert (await as_installation("POST", path, {"content": "eyes"})).status == 201
    assert (await as_installation("POST", path, {"content": "eyes"})).status == 200
    assert (await as_installation("POST", path, {"content": "shrug"})).status == 422
    assert len((await as_installation("GET", path)).body) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"output": {"title": "t", "summary": "x" * 65_536}},
        {"output": {"title": "t", "summary": "s", "text": "x" * 65_536}},
        {"output": {"title": "t"}},
        {
            "output": {
                "title": "t",
                "summary": "s",
                "annotations": [
                    {
                        "path": "a",
                        "start_line": 1,
                        "end_line": 1,
                        "annotation_level": "notice",
                        "message": "m",
                    }
                ]
                * 51,
            }
        },
        {"actions": [{"label": "l", "identifier": "i", "description": "d"}] * 4},
        {"actions": [{"label": "l" * 21, "identifier": "i", "description": "d"}]},
        {"actions": [{"label": "l", "identifier": "i" * 21, "description": "d"}]},
        {"actions": [{"label": "l", "identifier": "i", "description": "d" * 41}]},
        {"status": "completed"},
        {"status": "done"},
        {"conclusion": "good"},
        {"started_at": "yesterday"},
    ],
)
async def test_a_check_run_keeps_to_its_limits(
    as_installation: Caller, seeded: Seeded, wrong: dict[str, Any]
) -> None:
    new = {"name": "check", "head_sha": seeded.pull.head_sha, **wrong}
    assert (await as_installation("POST", f"{R}/check-runs", new)).status == 422


async def test_a_check_run_needs_a_commit(as_installation: Caller) -> None:
    new = {"name": "check", "head_sha": "0" * 40}
    assert (await as_installation("POST", f"{R}/check-runs", new)).status == 422


async def test_annotations_of_further_requests_are_appended(as_installation: Caller, seeded: Seeded) -> None:
    note = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}
    output = {"title": "t", "summary": "s", "annotations": [note] * 50}
    made = await as_installation(
        "POST", f"{R}/check-runs", {"name": "c", "head_sha": seeded.pull.head_sha, "output": output}
    )
    path = f"{R}/check-runs/{made.body['id']}"
    more = await as_installation("PATCH", path, {"output": output})
    assert more.body["output"]["annotations_count"] == 100


async def test_only_the_owning_app_updates_a_check_run(as_installation: Caller, seeded: Seeded) -> None:
    path = f"{R}/check-runs/{seeded.run.latest.jobs[0].check.id}"
    refused = await as_installation("PATCH", path, {"status": "in_progress"})
    assert refused.status == 403
    assert refused.body["message"].startswith("Invalid app_id")


async def test_a_conclusion_completes_a_check_run(as_installation: Caller, seeded: Seeded) -> None:
    new = {"name": "check", "head_sha": seeded.pull.head_sha, "conclusion": "success"}
    made = (await as_installation("POST", f"{R}/check-runs", new)).body
    assert made["status"] == "completed"
    assert made["completed_at"]
    path = f"{R}/check-runs/{made['id']}"
    opened = (await as_installation("PATCH", path, {"status": "in_progress"})).body
    assert opened["conclusion"] is None
    assert opened["completed_at"] is None


async def test_a_list_of_checks_shows_the_newest_of_each_name(
    as_installation: Caller, seeded: Seeded
) -> None:
    new = {"name": "check", "head_sha": seeded.pull.head_sha}
    for _ in range(2):
        newest = (await as_installation("POST", f"{R}/check-runs", new)).body
    path = f"{R}/commits/{seeded.pull.head_sha}/check-runs?check_name=check"
    assert [one["id"] for one in (await as_installation("GET", path)).body["check_runs"]] == [newest["id"]]
    assert (await as_installation("GET", f"{path}&filter=all")).body["total_count"] == 2


async def test_a_job_is_a_check_run_of_github_actions(as_installation: Caller, seeded: Seeded) -> None:
    path = f"{R}/commits/{seeded.pull.head_sha}/check-runs"
    runs_by_name = {one["name"]: one for one in (await as_installation("GET", path)).body["check_runs"]}
    assert runs_by_name["test"]["conclusion"] == "failure"
    assert runs_by_name["test"]["app"]["slug"] == "github-actions"


async def test_mergeable_is_unknown_at_first(as_installation: Caller, seeded: Seeded) -> None:
    path = f"{R}/pulls/{seeded.pull.number}"
    assert (await as_installation("GET", path)).body["mergeable"] is None
    assert (await as_installation("GET", path)).body["mergeable"] is True


async def test_a_conflict_is_not_mergeable(hub: LocalHub, as_installation: Caller, seeded: Seeded) -> None:
    ada = hub.store.user("ada")
    git.push(hub.store, seeded.repository, "main", files={"src/lib.rs": "other"}, message="Other", author=ada)
    path = f"{R}/pulls/{seeded.pull.number}"
    await as_installation("GET", path)
    assert (await as_installation("GET", path)).body["mergeable"] is False
    assert (await as_installation("PUT", f"{path}/merge")).status == 405


async def test_a_merge_at_another_sha_conflicts(as_installation: Caller, seeded: Seeded) -> None:
    path = f"{R}/pulls/{seeded.pull.number}/merge"
    assert (await as_installation("PUT", path, {"sha": seeded.pull.base_sha})).status == 409
    assert (await as_installation("PUT", path, {"sha": seeded.pull.head_sha})).status == 200
    assert (await as_installation("PUT", path)).status == 405


@pytest.mark.parametrize("wrong", [{"base": "nothing"}, {"head": "nothing"}, {"title": None}])
async def test_a_pull_request_needs_title_and_branches(
    as_installation: Caller, wrong: dict[str, Any]
) -> None:
    new = {"title": "Two", "head": "topic", "base": "main"} | wrong
    assert (await as_installation("POST", f"{R}/pulls", new)).status == 422


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
