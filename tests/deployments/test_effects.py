"""After a crash between an effect and its record, the effect is found on GitHub and not repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import runs
from bot.storage.tables import effects

if TYPE_CHECKING:
    from bot.localhub.state.actions import WorkflowRun
    from tests.support.story import Story


pytestmark = pytest.mark.usefixtures("deployable")


async def forget_results(story: Story) -> None:
    """Every key is known, and of none whether it happened: the process died before it could say."""
    await story.database.write(lambda connection: connection.execute(effects.update().values(result=None)))


def by_hand(story: Story, *, title: str = "") -> WorkflowRun:
    """Someone dispatches the deploy workflow on the pull request's branch."""
    workflow = runs.workflow_of(story.hub.store, story.repository, "deploy.yml")
    new = runs.NewRun(
        head_sha=story.pull.head_sha,
        head_branch="feature",
        actor=story.ada,
        event="workflow_dispatch",
        title=title,
    )
    run = runs.start_run(story.hub.store, story.repository, workflow, new)
    runs.finish_run(story.hub.store, run, "success")
    return run


async def test_a_run_that_begins_again_from_nothing_repeats_nothing(story: Story) -> None:
    """The engine's records and the results of all effects are gone; GitHub and the store tell what happened."""
    comment = await story.say("/deploy staging")
    await forget_results(story)
    request = story.engine.runs[f"obey-{comment.id}"].start
    await story.engine.restart()
    story.engine = story.new_engine()
    await story.engine.submit([request])
    await story.engine.drain()
    await story.play(story.dispatched[0], "completed")
    assert (len(story.receipts), len(story.deployments), len(story.dispatched)) == (1, 1, 1)
    assert story.states(story.deployments[0]) == ["queued", "success"]
    assert "**succeeded**" in story.receipts[0]


async def test_the_title_tells_which_run_is_ours(story: Story) -> None:
    """A workflow whose run-name shows the deployment's id leaves no doubt."""
    story.hub.faults.add(Fault(kind="status", method="POST", path="/dispatches$", status=502))
    numbers = iter(range(10))
    first = by_hand(story, title="by hand")

    def answer(_: object) -> None:
        if story.deployments and next(numbers) == 0:
            by_hand(story, title=f"Deploy {story.deployments[0].id} to staging")

    story.hub.store.listeners.append(answer)
    await story.say("/deploy staging")
    ours = story.dispatched[-1]
    assert ours is not first
    assert f"/actions/runs/{ours.id}" in story.receipts[0]


async def test_a_run_of_another_deployment_is_not_taken_for_ours(story: Story) -> None:
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "completed")
    story.hub.faults.add(Fault(kind="drop", method="POST", path="/dispatches$", after=True, count=1))
    await story.say("/deploy staging")
    assert len(story.dispatched) == 2
    assert f"/actions/runs/{story.dispatched[1].id}" in story.receipts[1]


async def test_a_lost_dispatch_that_never_happened_is_repeated(story: Story) -> None:
    story.hub.faults.add(Fault(kind="drop", method="POST", path="/dispatches$", count=1))
    await story.say("/deploy staging")
    assert len(story.dispatched) == 1
    assert "**running**" in story.receipts[0]


async def test_a_lost_deployment_is_told_from_others_of_the_same_commit(story: Story) -> None:
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "completed")
    story.hub.faults.add(Fault(kind="drop", method="POST", path="/deployments$", count=1))
    await story.say("/deploy staging")
    assert len(story.deployments) == 2
