"""Every function of the client against the local GitHub, its traffic held against GitHub's description."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.github.actions import (
    cancel_run,
    dispatch_workflow,
    get_run,
    list_jobs,
    list_runs,
    list_workflows,
    open_job_log,
    rerun_failed_jobs,
    rerun_job,
    rerun_run,
)
from bot.github.app import installation_repositories, installations
from bot.github.collaborators import permission_of
from bot.github.comments import (
    create_comment,
    find_comment,
    get_comment,
    react,
    react_to_issue,
    update_comment,
)
from bot.github.contents import get_file
from bot.github.deliveries import list_deliveries, redeliver
from bot.github.deployments import (
    NewDeployment,
    create_deployment,
    create_deployment_status,
    list_deployments,
    list_environments,
    newest_state,
)
from bot.github.errors import Forbidden, NotFound, Unprocessable
from bot.github.models import (
    Conclusion,
    DeploymentState,
    Permission,
)
from bot.github.pulls import get_pull, list_open_pulls, pulls_of_branch, pulls_of_commit
from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import accounts, issues
from tests.support.github_world import list_comments
from tests.support.hub import wall_clock

if TYPE_CHECKING:
    from tests.support.github_world import World


async def test_comments(world: World) -> None:
    repo, number = world.repo, world.pull.number
    assert await list_comments(repo, number) == ()
    issues.write_comment(
        world.hub.store, world.repository, number, body="<!-- mine -->", author=world.hub.store.user("eve")
    )
    assert await find_comment(repo, number, marker="<!-- mine -->") is None, "somebody else's marker"
    await create_comment(repo, number, "quoted: <!-- mine -->")
    assert await find_comment(repo, number, marker="<!-- mine -->") is None, "only the beginning counts"
    made = await create_comment(repo, number, "<!-- mine -->\ntext")
    assert made.app_id == (await world.github.identity()).id
    assert await find_comment(repo, number, marker="<!-- mine -->") == made
    changed = await update_comment(repo, made.id, "other")
    assert (changed.id, changed.body) == (made.id, "other")
    assert await get_comment(repo, made.id) == changed
    assert [comment.body for comment in await list_comments(repo, number)] == [
        "<!-- mine -->",
        "quoted: <!-- mine -->",
        "other",
    ]
    for _ in range(2):  # a second time changes nothing
        await react(repo, made.id, "eyes")
        await react_to_issue(repo, number, "rocket")
    assert await get_comment(repo, 999_999) is None


async def test_more_comments_than_a_page_holds(world: World) -> None:
    for count in range(101):
        issues.write_comment(
            world.hub.store,
            world.repository,
            world.pull.number,
            body=str(count),
            author=world.hub.store.user("eve"),
        )
    assert [comment.body for comment in await list_comments(world.repo, world.pull.number)] == [
        str(count) for count in range(101)
    ]


async def test_pull_requests(world: World) -> None:
    repo = world.repo
    pull = await get_pull(repo, world.pull.number)
    assert (pull.head_sha, pull.head_ref, pull.base_ref) == (world.head, "topic", "main")
    assert (pull.author.login, pull.is_open, pull.is_fork, pull.merged) == ("ada", True, False, False)
    assert [one.number for one in await list_open_pulls(repo)] == [pull.number]
    assert [one.number for one in await pulls_of_commit(repo, world.head)] == [pull.number]
    assert [one.number for one in await pulls_of_branch(repo, "acme:topic")] == [pull.number]
    assert await pulls_of_branch(repo, "acme:other") == ()
    with pytest.raises(NotFound):
        await get_pull(repo, 999)


async def test_workflow_runs_and_jobs(world: World) -> None:
    repo = world.repo
    run = await get_run(repo, world.run.id)
    assert (run.conclusion, run.attempt, run.head_sha) == (Conclusion.FAILURE, 1, world.head)
    assert run.actor == "ada"
    assert await list_runs(repo, head_sha=world.head) == (run,)
    jobs = await list_jobs(repo, run.id, 1)
    assert [(job.name, job.conclusion) for job in jobs] == [
        ("test", Conclusion.FAILURE),
        ("lint", Conclusion.SUCCESS),
    ]
    assert all(job.steps for job in jobs)
    async with open_job_log(repo, jobs[0].id) as chunks:
        content = b"".join([chunk async for chunk in chunks])
    assert b"error: it broke" in content


async def test_reruns(world: World) -> None:
    repo, run = world.repo, world.run
    await rerun_failed_jobs(repo, run.id)
    assert (await get_run(repo, run.id)).attempt == 2
    await cancel_run(repo, run.id)
    assert (await get_run(repo, run.id)).conclusion is Conclusion.CANCELLED
    await rerun_run(repo, run.id)
    await cancel_run(repo, run.id)
    assert (await get_run(repo, run.id)).attempt == 3
    await rerun_job(repo, run.latest.jobs[0].id)
    assert (await get_run(repo, run.id)).attempt == 4


async def test_dispatch(world: World) -> None:
    repo = world.repo
    assert {workflow.path for workflow in await list_workflows(repo)} >= {".github/workflows/deploy.yml"}
    run_id = await dispatch_workflow(repo, workflow="deploy.yml", ref="main", inputs={})
    run = await get_run(repo, run_id)
    assert (run.event, run.head_branch) == ("workflow_dispatch", "main")
    with pytest.raises(Unprocessable):
        await dispatch_workflow(repo, workflow="deploy.yml", ref="no-such-branch", inputs={})


async def test_deployments(world: World) -> None:
    repo = world.repo
    new = NewDeployment(
        sha=world.head, environment="staging", description="d" * 200, payload={"key": "deploy-1"}
    )
    made = await create_deployment(repo, new)
    assert (made.sha, made.environment, made.payload) == (world.head, "staging", {"key": "deploy-1"})
    assert await newest_state(repo, made.id) is None
    for state in (DeploymentState.IN_PROGRESS, DeploymentState.SUCCESS):
        await create_deployment_status(
            repo, made.id, state=state, description="x" * 200, log_url=f"{world.hub.url}/x"
        )
        assert await newest_state(repo, made.id) is state
    assert await list_deployments(repo, environment="staging", sha=world.head) == (made,)
    assert await list_deployments(repo, environment="production") == ()
    assert [environment.name for environment in await list_environments(repo)] == ["staging"]


async def test_permissions(world: World) -> None:
    store = world.hub.store
    for role in ("triage", "maintain", "admin"):
        accounts.set_role(world.repository, store.user(role), role)
        assert await permission_of(world.repo, role) is Permission(role)
    assert await permission_of(world.repo, "ada") is Permission.WRITE
    assert await permission_of(world.repo, "nobody-knows") is Permission.NONE


async def test_files(world: World) -> None:
    assert await get_file(world.repo, "src/lib.rs") == b"fn main() {}\n"
    assert await get_file(world.repo, "src/lib.rs", ref="topic") == b"fn main() { }\n"
    assert await get_file(world.repo, "src/missing.rs") is None
    assert await get_file(world.repo, "src") is None


async def test_installations(world: World) -> None:
    assert await installations(world.github.app) == (world.installation.id,)
    (found,) = await installation_repositories(world.github, world.installation.id)
    assert found == world.repo.ref


async def test_deliveries_are_listed_and_asked_for_again(world: World) -> None:
    world.hub.set_webhook("http://127.0.0.1:9/nobody")
    world.hub.faults.add(DeliveryFault(kind="fail"))
    issues.write_comment(
        world.hub.store, world.repository, world.pull.number, body="x", author=world.hub.store.user("eve")
    )
    await world.hub.settle()
    long_ago = wall_clock() - timedelta(days=3)
    (listed,) = await list_deliveries(world.github.app, since=long_ago)
    assert (listed.event, listed.action, listed.succeeded) == ("issue_comment", "created", False)
    await redeliver(world.github.app, listed.id)
    await world.hub.settle()
    again = await list_deliveries(world.github.app, since=long_ago)
    assert {one.guid for one in again} == {listed.guid}
    assert [one.redelivery for one in again] == [True, False]
    assert await list_deliveries(world.github.app, since=wall_clock() + timedelta(hours=1)) == ()


async def test_a_renamed_repository_is_still_reached_by_its_old_name(world: World) -> None:
    accounts.rename(world.hub.store, world.repository, "shuttle")
    pull = await get_pull(world.repo, world.pull.number)
    assert pull.base_repository == "acme/shuttle"
    comment = issues.write_comment(
        world.hub.store,
        world.repository,
        world.pull.number,
        body="x",
        author=world.hub.app.bot,
        app=world.hub.app,
    )
    assert (await update_comment(world.repo, comment.id, "new")).body == "new"


async def test_limits_lost_answers_and_latency_together(world: World) -> None:
    """Many calls at once under faults: each is answered, and nothing is written twice."""
    world.hub.faults.add(
        Fault(kind="status", method="GET", probability=0.2),
        Fault(kind="secondary", count=3, retry_after=1),
        Fault(kind="status", method="PATCH", probability=0.3, after=True),
    )
    made = await create_comment(world.repo, world.pull.number, "0")
    await asyncio.gather(*(get_pull(world.repo, world.pull.number) for _ in range(30)))
    for count in range(5):
        await update_comment(world.repo, made.id, str(count))
    world.hub.faults.clear()
    (only,) = await list_comments(world.repo, world.pull.number)
    assert only.body == "4"


async def test_a_permission_taken_away_is_named(world: World) -> None:
    world.installation.permissions["issues"] = "read"
    with pytest.raises(Forbidden, match="issues: write"):
        await create_comment(world.repo, world.pull.number, "x")
