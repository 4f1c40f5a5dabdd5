"""What GitHub refuses, and what it does on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import git

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
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
