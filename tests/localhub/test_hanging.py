"""Runs that do not end when they are told to, issues that are gone or switched off, and the token of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.localhub.state import runs
from tests.support.hub_client import calling

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"


@pytest.mark.parametrize(
    ("heeds", "answers"),
    [
        ("cancel", [(202, "completed"), (409, "completed")]),
        ("force", [(202, "queued"), (202, "completed")]),
        ("nothing", [(409, "queued"), (409, "queued")]),
    ],
)
async def test_a_run_ends_by_what_it_heeds(
    hub: LocalHub,
    seeded: Seeded,
    as_installation: Caller,
    heeds: str,
    answers: list[tuple[int, str]],
) -> None:
    """A run may not heed being cancelled, or nothing at all; one that is over is refused."""
    new = runs.NewRun(head_sha=seeded.pull.head_sha, head_branch="topic", actor=hub.store.user("ada"))
    run = runs.start_run(hub.store, seeded.repository, seeded.run.workflow, new, jobs=("test",))
    run.heeds = heeds
    for way, wanted in zip(("cancel", "force-cancel"), answers, strict=True):
        answer = await as_installation("POST", f"{R}/actions/runs/{run.id}/{way}")
        assert (answer.status, run.latest.status) == wanted


async def test_issues_are_deleted_and_switched_off(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    """A deleted issue is gone, and so is every issue where the repository has none; pull requests stay."""
    made = await as_installation("POST", f"{R}/issues", {"title": "One"})
    number = made.body["number"]
    async with aiohttp.ClientSession() as session:

        async def control(method: str, path: str, **body: Any) -> None:
            async with session.request(method, f"{hub.url}/_control/{path}", json=body) as response:
                assert response.status == 200, await response.text()

        await control("DELETE", "issues", repo="acme/rocket", number=number, author="ada")
        assert (await as_installation("GET", f"{R}/issues/{number}")).status == 410
        await control("PATCH", "settings", repo="acme/rocket", settings={"has_issues": False})
    assert (await as_installation("POST", f"{R}/issues", {"title": "Two"})).status == 410
    assert (await as_installation("GET", f"{R}/issues")).status == 410
    comment = {"body": "still here"}
    said = await as_installation("POST", f"{R}/issues/{seeded.pull.number}/comments", comment)
    assert said.status == 201


async def test_a_job_acts_as_github_actions(hub: LocalHub, seeded: Seeded) -> None:
    """What a job's token writes is written by GitHub Actions; what it was not given it may not do."""
    token = hub.access.job_token(seeded.repository, {"issues": "write"})
    async with calling(hub, token.text) as job:
        made = await job("POST", f"{R}/issues", {"title": "Alarm"})
        assert made.body["user"]["login"] == "github-actions[bot]"
        assert made.body["performed_via_github_app"]["slug"] == "github-actions"
        assert (await job("GET", f"{R}/actions/runs")).status == 403


async def test_a_run_can_be_left_at_work(hub: LocalHub, seeded: Seeded) -> None:
    """The control API begins jobs that never end by themselves."""
    new = runs.NewRun(head_sha=seeded.pull.head_sha, head_branch="topic", actor=hub.store.user("ada"))
    run = runs.start_run(hub.store, seeded.repository, seeded.run.workflow, new, jobs=("test", "lint"))
    there = f"{hub.url}/_control/runs/{run.id}/hang"
    asked = {"repo": "acme/rocket", "jobs": ["test"], "heeds": "force"}
    async with aiohttp.ClientSession() as session:
        async with session.post(there, json=asked) as response:
            assert await response.json() == {"status": "in_progress", "heeds": "force"}
        async with session.post(f"{hub.url}/_control/runs/0/hang", json=asked) as response:
            assert response.status == 404
    assert [job.status for job in run.latest.jobs] == ["in_progress", "queued"]
