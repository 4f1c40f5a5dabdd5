"""Every operation served answers as GitHub's description says; the fixture checks each exchange."""

from __future__ import annotations

import base64
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from bot.localhub.api import HANDLERS
from bot.localhub.state import artifacts, teams
from tests.support import github_description

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"
OUTPUT = {
    "title": "Broken",
    "summary": "It broke",
    "annotations": [
        {
            "path": "src/lib.rs",
            "start_line": 1,
            "end_line": 1,
            "annotation_level": "failure",
            "message": "here",
        }
    ],
}
ACTIONS = [{"label": "Re-run", "identifier": "rerun", "description": "Run it again"}]


async def expect(caller: Caller, status: int, method: str, path: str, body: Any = None) -> Any:
    """This function will make a request that must be answered with that status."""
    answer = await caller(method, path, body)
    assert answer.status == status, (method, path, answer.status, answer.body)
    return answer.body


async def test_app_operations(hub: LocalHub, seeded: Seeded, as_app: Caller) -> None:
    number = seeded.installation.id
    for path in (
        "/app",
        "/app/hook/config",
        "/app/hook/deliveries",
        "/app/installations",
        f"/app/installations/{number}",
        "/orgs/acme/installation",
        "/users/acme/installation",
        f"{R}/installation",
    ):
        await expect(as_app, 200, "GET", path)
    await expect(as_app, 200, "PATCH", "/app/hook/config", {"url": "http://127.0.0.1:1/"})
    hub.deliveries.ping()
    await hub.settle()
    (delivery,) = await expect(as_app, 200, "GET", "/app/hook/deliveries?status=failure")
    await expect(as_app, 200, "GET", f"/app/hook/deliveries/{delivery['id']}")
    await expect(as_app, 202, "POST", f"/app/hook/deliveries/{delivery['id']}/attempts")
    token = await expect(as_app, 201, "POST", f"/app/installations/{number}/access_tokens")
    as_app.credential = token["token"]
    await expect(as_app, 200, "GET", "/installation/repositories")
    await expect(as_app, 204, "DELETE", "/installation/token")


async def test_account_operations(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> None:
    teams.create(hub.store, seeded.repository.owner, "ops", members={"ada": "maintainer"})
    for path in (
        "/",
        "/meta",
        "/versions",
        "/rate_limit",
        "/users/ada",
        R,
        f"{R}/collaborators",
        f"{R}/collaborators/ada/permission",
        "/orgs/acme/memberships/ada",
        "/orgs/acme/teams/ops/memberships/ada",
        "/orgs/acme/teams/ops/members",
    ):
        await expect(as_installation, 200, "GET", path)
    await expect(as_installation, 204, "GET", f"{R}/collaborators/ada")
    await expect(as_installation, 204, "GET", "/orgs/acme/members/ada")
    await expect(as_installation, 403, "GET", "/user")
    assert hub.gateway.calls["meta/get"] == 1


async def test_issue_and_comment_operations(seeded: Seeded, as_installation: Caller) -> None:
    call = as_installation
    issue = await expect(call, 201, "POST", f"{R}/issues", {"title": "A thing", "labels": ["bug"]})
    here = f"{R}/issues/{issue['number']}"
    await expect(call, 200, "GET", here)
    await expect(call, 200, "GET", f"{R}/issues?state=all&labels=bug")
    await expect(call, 200, "PATCH", here, {"title": "The thing", "state": "closed", "labels": []})
    await expect(call, 201, "POST", f"{R}/labels", {"name": "flaky", "color": "ff0000"})
    await expect(call, 200, "GET", f"{R}/labels")
    await expect(call, 200, "GET", f"{R}/labels/flaky")
    await expect(call, 200, "POST", f"{here}/labels", {"labels": ["flaky", "slow"]})
    await expect(call, 200, "PUT", f"{here}/labels", {"labels": ["slow"]})
    await expect(call, 200, "GET", f"{here}/labels")
    await expect(call, 200, "DELETE", f"{here}/labels/slow")
    await expect(call, 201, "POST", f"{here}/reactions", {"content": "heart"})
    on_pull = f"{R}/issues/{seeded.pull.number}/comments"
    comment = await expect(call, 201, "POST", on_pull, {"body": "Hello"})
    that = f"{R}/issues/comments/{comment['id']}"
    await expect(call, 200, "GET", that)
    await expect(call, 200, "PATCH", that, {"body": "Hello again"})
    await expect(call, 200, "GET", on_pull)
    await expect(call, 200, "GET", f"{R}/issues/comments?sort=updated&direction=desc")
    reaction = await expect(call, 201, "POST", f"{that}/reactions", {"content": "eyes"})
    await expect(call, 200, "POST", f"{that}/reactions", {"content": "eyes"})
    await expect(call, 200, "GET", f"{that}/reactions?content=eyes")
    await expect(call, 204, "DELETE", f"{that}/reactions/{reaction['id']}")
    await expect(call, 204, "DELETE", that)


async def test_pull_operations(seeded: Seeded, as_installation: Caller) -> None:
    call = as_installation
    here = f"{R}/pulls/{seeded.pull.number}"
    for path in (here, f"{here}/files", f"{here}/commits", f"{R}/pulls?state=open&head=acme:topic"):
        await expect(call, 200, "GET", path)
    await expect(call, 200, "GET", f"{R}/commits/{seeded.pull.head_sha}/pulls")
    await expect(call, 200, "PATCH", here, {"title": "Fix it all"})
    await expect(call, 404, "GET", f"{here}/merge")
    await expect(call, 200, "PUT", f"{here}/merge", {"sha": seeded.pull.head_sha})
    await expect(call, 204, "GET", f"{here}/merge")
    main = (await expect(call, 200, "GET", f"{R}/git/ref/heads/main"))["object"]["sha"]
    await expect(call, 201, "POST", f"{R}/git/refs", {"ref": "refs/heads/two", "sha": main})
    two = {"title": "Two", "head": "two", "base": "main"}
    await expect(call, 422, "POST", f"{R}/pulls", two)
    text = base64.b64encode(b"two\n").decode()
    new = {"message": "Two", "content": text, "branch": "two"}
    await expect(call, 201, "PUT", f"{R}/contents/two.txt", new)
    await expect(call, 201, "POST", f"{R}/pulls", two)


async def test_content_operations(seeded: Seeded, as_installation: Caller) -> None:
    call = as_installation
    sha = seeded.pull.head_sha
    for path in (
        "branches",
        "branches/topic",
        "commits?sha=topic",
        f"commits/{sha}",
        "compare/main...topic",
        "contents/src/lib.rs?ref=topic",
        "contents/src",
        "tags",
        "git/matching-refs/heads/to",
        f"git/commits/{sha}",
        "git/trees/main",
    ):
        await expect(call, 200, "GET", f"{R}/{path}")
    text = base64.b64encode(b"hello\n").decode()
    made = await expect(call, 201, "PUT", f"{R}/contents/new.txt", {"message": "New", "content": text})
    blob = made["content"]["sha"]
    again = {"message": "Newer", "content": base64.b64encode(b"bye\n").decode(), "sha": blob}
    made = await expect(call, 200, "PUT", f"{R}/contents/new.txt", again)
    gone = {"message": "Gone", "sha": made["content"]["sha"]}
    await expect(call, 200, "DELETE", f"{R}/contents/new.txt", gone)
    blob = (await expect(call, 201, "POST", f"{R}/git/blobs", {"content": "x"}))["sha"]
    await expect(call, 200, "GET", f"{R}/git/blobs/{blob}")
    entry = {"path": "x", "mode": "100644", "type": "blob", "sha": blob}
    tree = await expect(call, 201, "POST", f"{R}/git/trees", {"base_tree": sha, "tree": [entry]})
    commit = {"message": "By hand", "tree": tree["sha"], "parents": [sha]}
    new = (await expect(call, 201, "POST", f"{R}/git/commits", commit))["sha"]
    await expect(call, 200, "PATCH", f"{R}/git/refs/heads/topic", {"sha": new})
    await expect(call, 204, "DELETE", f"{R}/git/refs/heads/topic")


async def test_actions_operations(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> None:
    call = as_installation
    run, job = seeded.run, seeded.run.latest.jobs[0]
    here = f"{R}/actions/runs/{run.id}"
    for path in (
        f"{R}/actions/workflows",
        f"{R}/actions/workflows/ci.yml",
        f"{R}/actions/workflows/{run.workflow.id}/runs?status=failure",
        f"{R}/actions/runs?head_sha={run.head_sha}&event=pull_request",
        here,
        f"{here}/attempts/1",
        f"{here}/jobs?filter=all",
        f"{here}/attempts/1/jobs",
        f"{here}/pending_deployments",
        f"{R}/actions/jobs/{job.id}",
    ):
        await expect(call, 200, "GET", path)
    report = artifacts.upload(hub.store, run, "junit", artifacts.packed({"junit.xml": b"<testsuites/>"}))
    that = f"{R}/actions/artifacts/{report.id}"
    for path in (f"{R}/actions/artifacts?name=junit", f"{here}/artifacts", that):
        await expect(call, 200, "GET", path)
    for path in (
        f"{here}/logs",
        f"{here}/attempts/1/logs",
        f"{R}/actions/jobs/{job.id}/logs",
        f"{that}/zip",
    ):
        await expect(call, 302, "GET", path)
    report.expired = True
    await expect(call, 410, "GET", f"{that}/zip")
    await expect(call, 200, "GET", f"{R}/check-runs/{job.id}/annotations")
    await expect(call, 201, "POST", f"{here}/rerun-failed-jobs")
    await expect(call, 202, "POST", f"{here}/cancel")
    await expect(call, 201, "POST", f"{here}/rerun", {"enable_debug_logging": False})
    await expect(call, 202, "POST", f"{here}/force-cancel")
    await expect(call, 201, "POST", f"{R}/actions/jobs/{run.latest.jobs[0].id}/rerun")
    await expect(call, 200, "GET", here)
    sent = {"ref": "main", "inputs": {"environment": "staging"}}
    body = await expect(call, 200, "POST", f"{R}/actions/workflows/ci.yml/dispatches", sent)
    await expect(call, 200, "GET", f"{R}/actions/runs/{body['workflow_run_id']}")


async def test_check_operations(seeded: Seeded, as_installation: Caller) -> None:
    call = as_installation
    sha = seeded.pull.head_sha
    new = {"name": "pilothouse / diagnosis", "head_sha": sha, "status": "in_progress", "output": OUTPUT}
    run = await expect(call, 201, "POST", f"{R}/check-runs", new)
    here = f"{R}/check-runs/{run['id']}"
    await expect(call, 200, "GET", here)
    done = {"status": "completed", "conclusion": "action_required", "output": OUTPUT, "actions": ACTIONS}
    updated = await expect(call, 200, "PATCH", here, done)
    assert updated["output"]["annotations_count"] == 2
    await expect(call, 200, "GET", f"{here}/annotations")
    await expect(call, 200, "GET", f"{R}/commits/{sha}/check-runs?filter=latest")
    suites = await expect(call, 200, "GET", f"{R}/commits/{sha}/check-suites")
    suite = f"{R}/check-suites/{suites['check_suites'][0]['id']}"
    await expect(call, 200, "GET", suite)
    await expect(call, 200, "GET", f"{suite}/check-runs")
    await expect(call, 200, "POST", f"{R}/check-suites", {"head_sha": sha})
    main = seeded.repository.branches["main"]
    await expect(call, 201, "POST", f"{R}/check-suites", {"head_sha": main})
    await expect(call, 201, "POST", f"{here}/rerequest")
    await expect(call, 201, "POST", f"{suite}/rerequest")


async def test_deployment_operations(seeded: Seeded, as_installation: Caller) -> None:
    call = as_installation
    new = {
        "ref": seeded.pull.head_sha,
        "environment": "staging",
        "auto_merge": False,
        "required_contexts": [],
        "payload": {"by": "ada"},
        "description": "Deploy",
    }
    made = await expect(call, 201, "POST", f"{R}/deployments", new)
    here = f"{R}/deployments/{made['id']}"
    await expect(call, 200, "GET", here)
    await expect(call, 200, "GET", f"{R}/deployments?environment=staging")
    status = await expect(call, 201, "POST", f"{here}/statuses", {"state": "in_progress", "description": "…"})
    await expect(call, 200, "GET", f"{here}/statuses")
    await expect(call, 200, "GET", f"{here}/statuses/{status['id']}")
    await expect(call, 200, "GET", f"{R}/environments")
    await expect(call, 200, "GET", f"{R}/environments/staging")
    await expect(call, 204, "DELETE", here)


def test_the_packaged_permissions_are_githubs() -> None:
    packaged = orjson.loads(files("bot.localhub").joinpath("data/permissions.json").read_bytes())
    whole = github_description.read("permissions.json.gz")["operations"]
    assert packaged["operations"] == {name: whole[name] for name in sorted(HANDLERS)}


def test_no_operation_is_left_out() -> None:
    """Whoever serves a new operation adds it to the tests above."""
    assert len(HANDLERS) == 152
