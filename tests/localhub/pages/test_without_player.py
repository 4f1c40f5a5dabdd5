"""The pages of a local GitHub on which nothing plays by itself, as `pilothouse localhub` starts it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.localhub.operations import packaged
from bot.localhub.pages.routes import open_site
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, pulls, runs
from tests.support.pages import clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web


@pytest.fixture
async def hub() -> AsyncIterator[LocalHub]:
    """A local GitHub with pages and nothing in it."""

    def extend(hub: LocalHub, application: web.Application) -> None:
        open_site(hub, application)

    made = await LocalHub.start(clock=clock, extend=extend)
    yield made
    await made.close()


async def _read(hub: LocalHub, path: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(hub.url + path) as response:
        assert response.status == 200
        return await response.text()


async def test_empty_hub_says_that_it_is_empty(hub: LocalHub) -> None:
    assert "No repository yet" in await _read(hub, "/")


async def test_stage_directions_are_not_offered(hub: LocalHub) -> None:
    store = hub.store
    repository = accounts.create_repository(store, "acme/empty")
    author = store.user("amara")
    accounts.set_role(repository, author, "write")
    head = git.push(store, repository, "topic", files={"a": "b"}, message="Add a", author=author)
    pulls.open_pull(store, repository, title="Add a", head="topic", author=author)
    workflow = runs.workflow_of(store, repository, "ci.yml")
    new = runs.NewRun(head_sha=head.sha, head_branch="topic", actor=author)
    run = runs.start_run(store, repository, workflow, new, jobs=["test"])

    shown = await _read(hub, "/acme/empty/pull/1")
    job = await _read(hub, f"/acme/empty/actions/runs/{run.id}/job/{run.latest.jobs[0].id}")

    assert "Push a commit" not in shown
    assert "1 running" in shown
    assert "There is no log before the job has ended" in job
    assert "The next run of deploy.yml" not in await _read(hub, "/acme/empty/deployments")


async def test_pages_leave_the_api_its_addresses(hub: LocalHub) -> None:
    """Everything of the API is answered by the API, as on a host of its own."""
    served = [one.template for one in packaged().values() if one.method == "GET" and one.template != "/"]
    paths = {re.sub(r"\{[^}]+\}", "1", template) for template in served}

    async with aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(hub.url + path) as response:
                assert response.content_type == "application/json", path
