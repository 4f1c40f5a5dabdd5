"""What GitHub's refusals and senseless answers become."""

from __future__ import annotations

import pytest

from bot.github.actions import cancel_run, dispatch_workflow, rerun_run
from bot.github.collaborators import permission_of
from bot.github.comments import (
    create_comment,
    get_comment,
)
from bot.github.contents import get_file
from bot.github.deployments import NewDeployment, create_deployment
from bot.github.errors import (
    Conflict,
    Forbidden,
    GitHubError,
    NotFound,
    Rejected,
    Unexpected,
    Unprocessable,
)
from bot.github.models import Permission, Sha
from tests.support.raw_github import (
    COMMENT,
    REPO,
    REPOSITORY,
    Answer,
    Bench,
)

ONE = f"{REPO}/issues/comments/5"
ALL = f"{REPO}/issues/1/comments"


async def test_a_missing_permission_is_named_for_the_operator(bench: Bench) -> None:
    needed = {"x-accepted-github-permissions": "issues=write; pull_requests=write"}
    message = {"message": "Resource not accessible by integration"}
    bench.server.answer("POST", ALL, Answer(message, 403, needed))
    with pytest.raises(
        Forbidden, match="needs the permission issues: write, or pull requests: write"
    ) as caught:
        await create_comment(bench.github.repository(REPOSITORY), 1, "hi")
    assert caught.value.needed == "issues=write; pull_requests=write"


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotFound), (405, Conflict), (409, Conflict), (410, NotFound), (400, Rejected), (451, Rejected)],
)
async def test_refusals_are_told_apart(bench: Bench, status: int, error: type[GitHubError]) -> None:
    bench.server.answer("POST", f"{REPO}/actions/runs/1/rerun", Answer({"message": "no"}, status))
    with pytest.raises(error, match=f"actions/re-run-workflow \\({status}\\): no") as caught:
        await rerun_run(bench.github.repository(REPOSITORY), 1)
    assert caught.value.status == status
    assert caught.value.operation == "actions/re-run-workflow"


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"resource": "Deployment", "field": "ref", "code": "invalid"}], ("Deployment ref invalid",)),
        ([{"message": "No ref found for: x", "code": "custom"}], ("No ref found for: x",)),
        (["Unexpected inputs provided"], ("Unexpected inputs provided",)),
        ("one text", ("one text",)),
        (None, ()),
    ],
)
async def test_what_github_finds_wrong_is_kept(bench: Bench, errors: object, said: tuple[str, ...]) -> None:
    body = {"message": "Validation Failed"} | ({} if errors is None else {"errors": errors})
    bench.server.answer("POST", f"{REPO}/deployments", Answer(body, 422))
    with pytest.raises(Unprocessable) as caught:
        await create_deployment(
            bench.github.repository(REPOSITORY),
            NewDeployment(sha=Sha("abc"), environment="staging", description="d"),
        )
    assert caught.value.errors == said


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"PK\x03\x04\xff\xfe", headers={"content-type": "application/zip"}),
        Answer(b"{", headers={"content-type": "application/json"}),
        Answer(b"<html>", headers={"content-type": "text/html"}),
        Answer([1, 2]),
        Answer({"id": "five"}),
        Answer({"id": 10**30}),
        Answer(None),
        Answer(b"\xff", 422, {"content-type": "text/plain"}),
        Answer(b"nothing to decode", 422, {"content-type": "text/plain; charset=no-such"}),
        Answer({"message": "odd"}, 499),
        Answer(
            COMMENT,
            headers={"x-ratelimit-limit": "a", "x-ratelimit-remaining": "b", "x-ratelimit-reset": "c"},
        ),
    ],
    ids=["zip", "cut", "html", "list", "type", "big", "empty", "bytes", "charset", "status", "numbers"],
)
async def test_an_answer_that_makes_no_sense_is_an_error_of_ours(bench: Bench, answer: Answer) -> None:
    bench.server.answer("GET", f"{REPO}/issues/comments/9", answer)
    with pytest.raises(GitHubError):
        await get_comment(bench.github.repository(REPOSITORY), 9)


async def test_a_dispatch_returns_its_workflow_run(bench: Bench) -> None:
    path = f"{REPO}/actions/workflows/deploy.yml/dispatches"
    bench.server.answer("POST", path, Answer({"workflow_run_id": 99, "run_url": "u", "html_url": "h"}))
    repo = bench.github.repository(REPOSITORY)
    assert await dispatch_workflow(repo, workflow="deploy.yml", ref="main", inputs={"a": "b"}) == 99
    assert bench.server.calls()[0].json == {"ref": "main", "inputs": {"a": "b"}}


async def test_a_dispatch_with_too_many_inputs_is_not_sent(bench: Bench) -> None:
    repo, inputs = bench.github.repository(REPOSITORY), {f"i{number}": "" for number in range(26)}
    with pytest.raises(Unprocessable, match="at most 25"):
        await dispatch_workflow(repo, workflow="deploy.yml", ref="main", inputs=inputs)
    assert bench.server.seen == []


async def test_calls_without_a_body_send_none(bench: Bench) -> None:
    bench.server.answer("POST", f"{REPO}/actions/runs/1/cancel", Answer({}, 202))
    await cancel_run(bench.github.repository(REPOSITORY), 1)
    assert bench.server.calls()[0].body == b""


async def test_a_deployment_is_of_exactly_the_sha_that_was_asked_for(bench: Bench) -> None:
    """GitHub's defaults would merge the base into it, or refuse it for checks that the bot has judged itself."""
    made = {"id": 1, "sha": "abc", "ref": "abc", "environment": "e", "created_at": "2026-01-01T00:00:00Z"}
    bench.server.answer("POST", f"{REPO}/deployments", Answer(made, 201))
    new = NewDeployment(sha=Sha("abc"), environment="e", description="d", production=True)
    await create_deployment(bench.github.repository(REPOSITORY), new)
    sent = bench.server.calls()[0].json
    assert (sent["ref"], sent["auto_merge"], sent["required_contexts"]) == ("abc", False, [])
    assert (sent["production_environment"], sent["transient_environment"]) == (True, False)


async def test_a_deployment_that_github_merged_instead_is_no_deployment(bench: Bench) -> None:
    bench.server.answer("POST", f"{REPO}/deployments", Answer({"message": "Auto-merged main into x"}, 202))
    new = NewDeployment(sha=Sha("abc"), environment="e", description="d")
    with pytest.raises(Unexpected):
        await create_deployment(bench.github.repository(REPOSITORY), new)


@pytest.mark.parametrize(
    ("body", "permission"),
    [
        ({"permission": "write", "role_name": "maintain"}, Permission.MAINTAIN),
        (
            {"permission": "read", "role_name": "custom", "user": {"permissions": {"pull": True}}},
            Permission.READ,
        ),
        (
            {
                "permission": "write",
                "role_name": "releaser",
                "user": {"permissions": {"push": True, "pull": True}},
            },
            Permission.WRITE,
        ),
        ({"permission": "none", "role_name": "custom", "user": {"permissions": {}}}, Permission.NONE),
        ({"permission": "admin"}, Permission.ADMIN),
        ({"permission": "odd", "user": None}, Permission.NONE),
    ],
)
async def test_a_custom_role_counts_as_the_strongest_right_it_holds(
    bench: Bench, body: dict[str, object], permission: Permission
) -> None:
    bench.server.answer("GET", f"{REPO}/collaborators/ann/permission", Answer(body))
    assert await permission_of(bench.github.repository(REPOSITORY), "ann") is permission


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"type": "file", "encoding": "none", "content": ""}, "1 MB"),
        ({"type": "file", "encoding": "base64", "content": "a"}, "broken encoding"),
    ],
)
async def test_a_file_that_cannot_be_read_whole_is_no_empty_file(
    bench: Bench, body: dict[str, str], said: str
) -> None:
    bench.server.answer("GET", f"{REPO}/contents/a", Answer(body))
    with pytest.raises(Unexpected, match=said):
        await get_file(bench.github.repository(REPOSITORY), "a")


@pytest.mark.parametrize("kind", ["symlink", "submodule"])
async def test_what_is_no_file_is_none(bench: Bench, kind: str) -> None:
    bench.server.answer("GET", f"{REPO}/contents/a", Answer({"type": kind}))
    assert await get_file(bench.github.repository(REPOSITORY), "a") is None
