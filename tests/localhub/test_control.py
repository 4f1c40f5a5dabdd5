"""The control API over HTTP, as end-to-end tests and people use it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.localhub.server import LocalHub, run
from tests.support.hub import wall_clock
from tests.support.hub_client import Caller, app_jwt, calling

if TYPE_CHECKING:
    from tests.support.hub_client import Receiver

REPO = "acme/rocket"


class Control:
    """Speaks to the control API."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, method: str, path: str, /, **body: Any) -> Any:
        """This function will make a request that must be answered 200."""
        async with self._session.request(method, f"{self._url}/_control/{path}", json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()


async def test_a_story_can_be_told_over_http(hub: LocalHub, receiver: Receiver) -> None:
    async with aiohttp.ClientSession() as session:
        control = Control(session, hub.url)
        assert (await control("GET", "app"))["client_id"] == hub.client_id
        made = await control("POST", "repositories", full_name=REPO, files={"a.py": "x\n"})
        await control("POST", "collaborators", repo=REPO, login="ada", role="write")
        pull = await control("POST", "pulls", repo=REPO, title="Fix", head="fix", author="ada")
        await control("POST", "pulls", repo=REPO, title="Theirs", head="evil", author="eve", fork=True)
        number = pull["number"]
        await control("POST", "issues", repo=REPO, title="A thing", author="ada")
        comment = await control("POST", "comments", repo=REPO, number=number, body="/ping", author="ada")
        await control("PATCH", "comments", repo=REPO, id=comment["id"], body="/help", author="ada")
        pushed = await control("POST", "push", repo=REPO, branch="fix", files={"b": "y"}, author="ada")
        jobs = [{"name": "test", "conclusion": "failure", "log": "error\n"}, {"name": "lint"}]
        started = {
            "repo": REPO,
            "workflow": "ci.yml",
            "head_sha": pushed["sha"],
            "actor": "ada",
            "jobs": jobs,
        }
        report = {"reports/junit.xml": "<testsuites/>"}
        done = await control("POST", "runs", **started, artifacts={"junit": report})
        later = await control("POST", "runs", **started, finish=False)
        await control("POST", f"runs/{later['id']}/finish", repo=REPO, jobs=[{"name": "extra"}])
        await control("POST", "settle")
        state = await control("GET", f"state?repo={REPO}")
        comments = await control("GET", f"comments?repo={REPO}&number={number}")
    assert state["pulls"][0] == {
        "number": 1,
        "state": "open",
        "head_sha": pushed["sha"],
        "merged": False,
        "base": "main",
        "draft": False,
        "labels": [],
    }
    assert {one["id"]: one["conclusion"] for one in state["runs"]} == {
        done["id"]: "failure",
        later["id"]: "success",
    }
    assert state["artifacts"] == [{"name": "junit", "run_id": done["id"]}]
    assert comments == [{"id": comment["id"], "author": "ada", "body": "/help", "edits": 1, "reactions": []}]
    assert receiver.names.count("workflow_run.completed") == 2
    assert receiver.received[0].payload["installation"]["id"] == made["installation_id"]


async def test_faults_calls_and_deliveries_can_be_ordered_and_read(hub: LocalHub, receiver: Receiver) -> None:
    async with aiohttp.ClientSession() as session, calling(hub, app_jwt(hub, wall_clock())) as app:
        control = Control(session, hub.url)
        rules = [{"kind": "status", "path": "^/app$", "count": 1}]
        await control("POST", "faults", requests=rules, deliveries=[{"kind": "fail", "count": 1}])
        assert [(await app("GET", "/app")).status for _ in range(2)] == [502, 200]
        await control("POST", "repositories", full_name=REPO)
        await control("POST", "settle")
        (listed,) = await control("GET", "deliveries")
        assert (listed["event"], listed["status_code"]) == ("installation", 0)
        assert await control("GET", "calls") == {"apps/get-authenticated": 1}
        assert [one["status"] for one in await control("GET", "requests")] == [502, 200]
        await control("DELETE", "faults")
        await control("PUT", "webhook", url=receiver.url)
        await control("POST", "reset")
        assert await control("GET", "deliveries") == []
    assert hub.deliveries.url == receiver.url
    assert not hub.store.repositories


async def test_a_check_runs_button_can_be_pressed(
    hub: LocalHub, receiver: Receiver, as_installation: Caller
) -> None:
    sha = hub.store.repository(REPO).branches["topic"]
    new = {"name": "gate", "head_sha": sha, "conclusion": "action_required"}
    check = (await as_installation("POST", f"/repos/{REPO}/check-runs", new)).body
    async with aiohttp.ClientSession() as session:
        control = Control(session, hub.url)
        pressed = {"check_run_id": check["id"], "identifier": "approve", "user": "ada"}
        await control("POST", "actions", repo=REPO, **pressed)
        await control("POST", "settle")
    (got,) = [one.payload for one in receiver.received if one.name == "check_run.requested_action"]
    assert got["requested_action"] == {"identifier": "approve"}
    assert got["sender"]["login"] == "ada"


async def test_mistakes_are_answered_and_web_pages_kept_out(hub: LocalHub) -> None:
    async with aiohttp.ClientSession() as session:
        wanted = {
            "repositories": 422,
            "push": 422,
            "comments": 404,
            "actions": 404,
        }
        given = {"repo": REPO, "number": 9, "author": "ada", "body": "x", "check_run_id": 1}
        await session.post(f"{hub.url}/_control/repositories", json={"full_name": REPO})
        for path, status in wanted.items():
            async with session.post(f"{hub.url}/_control/{path}", json=given) as response:
                assert response.status == status, path
        async with session.get(
            f"{hub.url}/_control/app", headers={"Origin": "https://evil.example"}
        ) as response:
            assert response.status == 403


async def test_it_runs_alone_until_it_is_cancelled() -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    work = run("127.0.0.1", 0, clock=wall_clock, ready=lambda hub: ready.set_result(hub.url))
    task = asyncio.create_task(work)
    async with asyncio.timeout(10):
        url = await ready
    async with aiohttp.ClientSession() as session, session.get(f"{url}/_control/app") as response:
        assert (await response.json())["url"] == url
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def test_what_others_trust_can_be_changed_over_http(hub: LocalHub, receiver: Receiver) -> None:
    async with aiohttp.ClientSession() as session:
        control = Control(session, hub.url)
        await control("POST", "repositories", full_name=REPO)
        await control("POST", "collaborators", repo=REPO, login="ada", role="write")
        pull = await control("POST", "pulls", repo=REPO, title="Fix", head="fix", author="ada")
        on = {"repo": REPO, "number": pull["number"], "author": "grace"}
        comment = await control("POST", "comments", **on, body="/approve")
        await control("DELETE", "comments", repo=REPO, id=comment["id"], author="ada")
        await control("POST", "reviews", **on, state="approved")
        await control("POST", "statuses", repo=REPO, sha=pull["head_sha"], state="success", author="grace")
        for members in (["ada"], ["grace"]):
            await control("PUT", "teams", organization="acme", slug="ops", members=members)
        await control("PUT", "teams", organization="acme", slug="night", members=["amy"], parent="ops")
        await control("PATCH", "users", login="grace", to="hopper")
        await control("POST", "repositories", full_name="acme/raft")
        shown = await control("PATCH", "repositories", repo="acme/raft", to="boat", private=False)
        assert shown == {"full_name": "acme/boat", "private": False}
        await control("PATCH", "repositories", repo="acme/raft", private=True)
        await control("DELETE", "repositories", repo="acme/boat")
        await control("POST", "push", repo=REPO, branch="stable", files={"a": "b"}, author="ada")
        retargeted = await control("PATCH", "pulls", **on, base="stable", state="closed")
        await control("PATCH", "pulls", **on, state="open")
        merged = await control("PATCH", "pulls", **on, merge=True)
        await control("PUT", "environments", repo=REPO, environment="production")
        waiting = await control(
            "POST",
            "runs/waiting",
            repo=REPO,
            workflow="deploy.yml",
            head_sha=pull["head_sha"],
            actor="ada",
            environment="production",
            jobs=["apply"],
        )
        async with session.delete(f"{hub.url}/_control/comments", json={"repo": REPO, "id": 1}) as missing:
            assert missing.status == 404
        gone = {"repo": REPO, "number": 99, "author": "ada"}
        async with session.patch(f"{hub.url}/_control/pulls", json=gone) as missing:
            assert missing.status == 404
        await control("POST", "settle")
    assert (retargeted["state"], retargeted["base"]) == ("closed", "stable")
    assert merged["merge_sha"] == hub.store.repository(REPO).branches["stable"]
    assert waiting["jobs"][0]["status"] == "waiting"
    assert {one.login for one in hub.store.users.values()} >= {"hopper"}
    assert {
        "issue_comment.deleted",
        "pull_request_review.submitted",
        "status",
        "pull_request.edited",
        "deployment_protection_rule.requested",
    } <= set(receiver.names)
