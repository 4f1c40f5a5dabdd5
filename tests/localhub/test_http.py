"""HTTP as GitHub speaks it: versions, pages, ETags, redirects, limits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, issues
from tests.localhub.conftest import seed
from tests.support.hub_client import calling

if TYPE_CHECKING:
    from tests.localhub.conftest import Seeded
    from tests.support.clock import Clock
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"


async def test_an_unknown_version_is_refused_and_none_means_the_old_one(wild_hub: LocalHub) -> None:
    async with calling(wild_hub, "") as call:
        assert (await call("GET", "/meta")).headers["x-github-api-version-selected"] == "2026-03-10"
        call.version = "2031-01-01"
        assert (await call("GET", "/meta")).status == 400
        call.version = None
        assert (await call("GET", "/meta")).headers["x-github-api-version-selected"] == "2022-11-28"


async def test_a_dispatch_in_the_old_version_tells_no_run(wild_hub: LocalHub) -> None:
    seeded = seed(wild_hub)
    token = wild_hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
    async with calling(wild_hub, token.text) as call:
        path = f"{R}/actions/workflows/ci.yml/dispatches"
        assert (await call("POST", path, {"ref": "main"})).body["workflow_run_id"] in seeded.repository.runs
        call.version = "2022-11-28"
        assert (await call("POST", path, {"ref": "main"})).status == 204


async def test_a_trailing_slash_or_an_unknown_path_is_not_there(wild_hub: LocalHub) -> None:
    async with calling(wild_hub, "") as call:
        assert (await call("GET", "/meta/")).status == 404
        assert (await call("GET", "/nothing/here")).status == 404


async def test_a_request_without_user_agent_is_refused(wild_hub: LocalHub) -> None:
    async with (
        aiohttp.ClientSession(skip_auto_headers=["User-Agent"]) as session,
        session.get(f"{wild_hub.url}/meta") as response,
    ):
        assert response.status == 403


async def test_broken_json_is_refused(as_installation: Caller, hub: LocalHub, seeded: Seeded) -> None:
    token = as_installation.credential
    headers = {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2026-03-10"}
    async with aiohttp.ClientSession(headers=headers) as session:
        path = f"{hub.url}{R}/issues/{seeded.pull.number}/comments"
        async with session.post(path, data=b"{no json") as response:
            assert response.status == 400


def links(header: str) -> dict[str, str]:
    """This function will read a Link header."""
    return {relation: url for url, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', header)}


async def test_pages_are_linked_by_repository_id(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    ada = hub.store.user("ada")
    for number in range(5):
        issues.write_comment(hub.store, seeded.repository, seeded.pull.number, body=str(number), author=ada)
    path = f"{R}/issues/{seeded.pull.number}/comments?per_page=2"
    seen = []
    answer = await as_installation("GET", path)
    assert set(links(answer.headers["link"])) == {"next", "last"}
    while True:
        seen += [one["body"] for one in answer.body]
        found = links(answer.headers["link"])
        if "next" not in found:
            break
        assert f"/repositories/{seeded.repository.id}/issues/" in found["next"]
        answer = await as_installation("GET", found["next"])
    assert seen == ["0", "1", "2", "3", "4"]
    assert set(found) == {"prev", "first"}


async def test_a_single_page_has_no_link_and_no_page_more_than_100(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    ada = hub.store.user("ada")
    path = f"{R}/issues/{seeded.pull.number}/comments?per_page="
    assert "link" not in (await as_installation("GET", f"{path}100")).headers
    for number in range(120):
        issues.write_comment(hub.store, seeded.repository, seeded.pull.number, body=str(number), author=ada)
    answer = await as_installation("GET", f"{path}1000")
    assert len(answer.body) == 100
    assert "link" in answer.headers


async def test_an_unchanged_answer_is_304_and_free(as_installation: Caller, seeded: Seeded) -> None:
    path = f"{R}/pulls/{seeded.pull.number}/files"
    first = await as_installation("GET", path)
    again = await as_installation("GET", path, If_None_Match=first.headers["etag"])
    assert again.status == 304
    assert again.body == b""
    assert again.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"]
    other = await as_installation("GET", path, If_None_Match='W/"other"')
    assert other.status == 200
    assert int(other.headers["x-ratelimit-used"]) == int(first.headers["x-ratelimit-used"]) + 1


async def test_the_hours_limit_ends_with_403_and_begins_anew(clock: Clock) -> None:
    hub = await LocalHub.start(clock=clock, rate_limit=3)
    seeded = seed(hub)
    async with calling(hub, "") as call:
        token = hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
        call.credential = token.text
        left = [(await call("GET", R)).headers["x-ratelimit-remaining"] for _ in range(3)]
        refused = await call("GET", R)
        told = await call("GET", "/rate_limit")
        clock.advance(timedelta(hours=1))
        call.credential = hub.access.issue(seeded.installation, permissions=None, repository_ids=None).text
        anew = await call("GET", R)
    await hub.close()
    assert left == ["2", "1", "0"]
    assert refused.status == 403
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert told.status == 200
    assert told.body["resources"]["core"]["remaining"] == 0
    assert anew.status == 200


async def test_a_renamed_repository_redirects(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> None:
    """A GET is answered 301, anything else 307, both by the repository's id."""
    accounts.rename(hub.store, seeded.repository, "shuttle")
    number = seeded.pull.number
    moved = await as_installation("GET", f"{R}/issues/{number}/comments?per_page=5")
    assert moved.status == 301
    there = f"{hub.url}/repositories/{seeded.repository.id}/issues/{number}/comments"
    assert moved.headers["location"] == f"{there}?per_page=5"
    assert (await as_installation("GET", moved.headers["location"])).status == 200
    made = await as_installation("POST", f"/repos/acme/shuttle/issues/{number}/comments", {"body": "hello"})
    path = f"{R}/issues/comments/{made.body['id']}"
    assert (await as_installation("PATCH", path, {"body": "bye"})).status == 307


async def test_a_jobs_log_lies_on_another_host_for_a_minute_and_refuses_tokens(clock: Clock) -> None:
    hub = await LocalHub.start(clock=clock)
    seeded = seed(hub)
    token = hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
    job = seeded.run.latest.jobs[0]
    async with calling(hub, token.text) as call:
        link = (await call("GET", f"{R}/actions/jobs/{job.id}/logs")).headers["location"]
        with_token = await call("GET", link)
        call.credential = ""
        without = await call("GET", link)
        clock.advance(timedelta(seconds=61))
        late = await call("GET", link)
    await hub.close()
    assert link.startswith("http://localhost:")
    assert hub.url.startswith("http://127.0.0.1:")
    assert with_token.status == 400
    assert without.body == b"error: it broke\n"
    assert without.headers["content-type"] == "text/plain"
    assert late.status == 403


async def test_a_runs_log_is_a_zip(as_installation: Caller, seeded: Seeded) -> None:
    link = (await as_installation("GET", f"{R}/actions/runs/{seeded.run.id}/logs")).headers["location"]
    as_installation.credential = ""
    assert (await as_installation("GET", link)).body.startswith(b"PK")


async def test_a_log_that_expired_is_gone_and_one_of_a_running_job_is_not_there(
    hub: LocalHub, as_installation: Caller, seeded: Seeded
) -> None:
    job = seeded.run.latest.jobs[0]
    job.log_expired = True
    path = f"{R}/actions/jobs/{job.id}/logs"
    assert (await as_installation("GET", path)).status == 410
    job.log_expired, job.status = False, "in_progress"
    assert (await as_installation("GET", path)).status == 404
    assert hub.gateway.calls["actions/download-job-logs-for-workflow-run"] == 2
