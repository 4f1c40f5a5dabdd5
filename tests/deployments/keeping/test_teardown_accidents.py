"""Accidents while an environment is taken down or taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from bot.deployments.leases.model import Place
from bot.deployments.leases.rows import lease_of
from bot.localhub.faults import Fault
from bot.localhub.state import issues, runs
from bot.storage.trust_tables import deployments, leases
from tests.support.production import Production, production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.deployments.leases.model import Lease
    from bot.localhub.state.actions import WorkflowRun

pytestmark = pytest.mark.no_cover

POLICY = "  review:\n    teardown: {workflow: teardown.yml}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """An environment that is kept."""
    async with production(tmp_path) as opened:
        opened.policy(POLICY)
        await opened.say("/deploy review --for 4h")
        await opened.finish(opened.dispatched[-1], "success")
        await opened.pass_time(5)
        yield opened


async def lease(world: Production) -> Lease | None:
    place = Place(repository_id=world.bot.repository.id, environment="review")
    return await world.bot.database.read(lambda connection: lease_of(connection, place))


def teardowns(world: Production) -> list[WorkflowRun]:
    return [run for run in world.dispatched if run.workflow.path.endswith("teardown.yml")]


def said(world: Production, kind: str = "teardown") -> list[str]:
    comments = world.bot.repository.issues[world.bot.pull.number].comments
    return [one.body for one in comments if f"pilothouse:{kind}" in one.body]


async def ends(world: Production) -> None:
    world.bot.clock.advance(timedelta(hours=4))
    await world.bot.settle()


@pytest.mark.parametrize("path", ["/dispatches$", "/deployments$", "/statuses$", "/comments$"])
async def test_a_lost_answer_repeats_nothing(world: Production, path: str) -> None:
    world.bot.hub.faults.add(Fault(kind="drop", method="POST", path=path, after=True, count=1))
    await ends(world)
    (run,) = teardowns(world)
    await world.finish(run, "success")
    await world.pass_time(60)
    assert len(world.deployments) == 2
    assert len(said(world)) == 1
    assert "It was taken down" in said(world)[0]
    assert await lease(world) is None


async def test_a_dispatch_that_github_refuses_is_said(world: Production) -> None:
    world.bot.hub.faults.add(Fault(kind="status", method="POST", path="/dispatches$", status=422))
    await ends(world)
    assert "It was **not** taken down" in said(world)[0]
    assert await lease(world) is None
    (row, _) = await world.rows("review")
    assert row.stage == "failed"


async def test_a_status_or_comment_that_github_refuses_does_not_stop_it(world: Production) -> None:
    for path in ("/statuses$", "/comments$"):
        world.bot.hub.faults.add(Fault(kind="status", method="POST", path=path, status=403))
    await ends(world)
    await world.finish(teardowns(world)[0], "success")
    await world.pass_time(60)
    assert said(world) == []
    assert await lease(world) is None


async def test_a_comment_that_was_taken_away_is_not_written_again(world: Production) -> None:
    await ends(world)
    hub, repository = world.bot.hub, world.bot.repository
    (comment,) = [
        one for one in repository.issues[world.bot.pull.number].comments if "pilothouse:teardown" in one.body
    ]
    issues.delete_comment(hub.store, repository, comment, deleter=world.bot.ada)
    await world.finish(teardowns(world)[0], "success")
    await world.pass_time(60)
    assert said(world) == []
    assert await lease(world) is None


async def test_github_being_down_for_hours_is_said_when_it_is_back(world: Production) -> None:
    world.bot.hub.faults.add(Fault(kind="status", path="/pulls/", status=503))
    await ends(world)
    await world.pass_time(600, times=5)
    assert teardowns(world) == []
    assert "It was **not** taken down" in said(world)[0]


async def test_a_run_that_github_does_not_tell_of_is_looked_for_again(world: Production) -> None:
    await ends(world)
    (run,) = teardowns(world)
    world.bot.hub.faults.add(Fault(kind="status", path=f"/actions/runs/{run.id}$", status=500))
    await world.finish(run, "success")
    await world.pass_time(60, times=2)
    assert await lease(world) is not None
    world.bot.hub.faults.clear()
    await world.pass_time(60)
    assert await lease(world) is None


async def test_a_deleted_workflow_run_ends_it(world: Production) -> None:
    await ends(world)
    (run,) = teardowns(world)
    world.bot.hub.faults.add(Fault(kind="status", path=f"/actions/runs/{run.id}$", status=404))
    await world.pass_time(60)
    assert "ended `without a conclusion`" in said(world)[0]
    assert await lease(world) is None


async def test_nothing_is_taken_down_that_nothing_is_known_of(world: Production) -> None:
    await world.bot.database.write(lambda connection: connection.execute(delete(deployments)))
    await ends(world)
    assert teardowns(world) == []
    assert "nothing is known of the deployment" in said(world)[0]


async def test_a_teardown_can_be_cancelled(world: Production) -> None:
    await ends(world)
    (run,) = teardowns(world)
    runs.start_job(world.bot.hub.store, runs.add_job(world.bot.hub.store, run, "tear down"))
    await world.say("/unlock review", by="bob")  # it is being taken down already
    assert run.latest.status != "completed"
    await world.say("/cancel", by="bob")
    await world.pass_time(60, times=2)
    assert run.latest.conclusion == "cancelled"
    assert "ended `cancelled`" in said(world)[0]
    assert await lease(world) is None


async def test_a_teardown_that_lost_its_environment_stops(world: Production) -> None:
    await ends(world)
    (run,) = teardowns(world)
    await world.bot.database.write(lambda connection: connection.execute(leases.update().values(token=99)))
    await world.pass_time(60)
    assert run.latest.conclusion == "cancelled"
    (row, _) = await world.rows("review")
    assert row.stage == "errored"


async def test_two_deployments_at_once_must_not_be_even_by_force(world: Production) -> None:
    """GitHub does not stop the workflow run."""
    await world.say("/unlock review")
    await world.finish(teardowns(world)[0], "success")
    await world.pass_time(60)
    await world.say("/deploy review", by="bob")
    world.bot.hub.faults.add(Fault(kind="status", method="POST", path="/cancel$", status=500))
    await world.say("/unlock review --force it hangs")
    await world.pass_time(15, times=25)
    assert "**failed** · `still_running`" in world.receipts[-1]
    assert await lease(world) is not None
    world.bot.hub.faults.clear()
    runs.finish_run(world.bot.hub.store, world.dispatched[-1], "failure")
    await world.bot.settle()
    await world.say("/unlock review --force it hangs")
    assert await lease(world) is None


async def test_a_holder_that_cannot_be_told_does_not_keep_it_closed(world: Production) -> None:
    await world.say("/unlock review")
    await world.finish(teardowns(world)[0], "success")
    await world.pass_time(60)
    await world.say("/lock review mine", by="bob")
    world.bot.hub.faults.add(Fault(kind="status", method="POST", path="/comments$", status=403))
    await world.say("/unlock review --force away")
    assert said(world, "forced") == []
    assert await lease(world) is None
