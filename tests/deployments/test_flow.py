"""A deployment from the command to the end of its workflow run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Status
from bot.localhub.state import runs

if TYPE_CHECKING:
    from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("deployable")


async def test_a_deployment_from_the_command_to_success(story: Story) -> None:
    await story.say("/deploy staging")
    (run,) = story.dispatched
    (deployment,) = story.deployments
    assert deployment.sha == run.head_sha == story.pull.head_sha
    assert {name: value for name, value in run.inputs.items() if value} == {
        "environment": "staging",
        "sha": story.pull.head_sha,
        "task": "deploy",
        "deployment_id": str(deployment.id),
        "lease_token": "1",
    }
    assert "**running** · `dispatched`" in story.receipts[0]
    await story.play(run, "in_progress")
    assert "**running** · `workflow_running`" in story.receipts[0]
    story.clock.advance(timedelta(seconds=90))
    await story.play(run, "completed")
    assert story.states(deployment) == ["queued", "in_progress", "success"]
    assert {status.log_url for status in deployment.statuses} == {
        f"{story.hub.url}/octo/harbour/actions/runs/{run.id}"
    }
    (receipt,) = story.receipts
    assert "✅ `/deploy staging` **succeeded** · `done` · for `ada`" in receipt
    assert "1 min 30 s after it began" in receipt


async def test_a_failed_workflow_run(story: Story) -> None:
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "in_progress")
    await story.play(story.dispatched[0], "completed", "failure")
    assert story.states(story.deployments[0]) == ["queued", "in_progress", "failure"]
    assert "**failed** · `workflow_failed`" in story.receipts[0]
    assert "deploy" in story.receipts[0].splitlines()[-1]


async def test_a_cancelled_workflow_run(story: Story) -> None:
    await story.say("/deploy staging")
    runs.cancel(story.hub.store, story.dispatched[0])
    await story.tell(story.dispatched[0], "completed")
    assert story.states(story.deployments[0])[-1] == "error"
    assert "**failed** · `workflow_cancelled`" in story.receipts[0]


async def test_the_end_is_seen_without_any_event(story: Story) -> None:
    """Every event about the workflow run is lost; two minutes later its state is read."""
    await story.say("/deploy staging")
    runs.finish_run(story.hub.store, story.dispatched[0], "success")
    story.clock.advance(timedelta(minutes=2))
    await story.engine.drain()
    assert "**succeeded**" in story.receipts[0]


async def test_news_of_other_workflow_runs_wakes_nobody(story: Story) -> None:
    await story.say("/deploy staging")
    await story.tell(story.check("success"), "completed")
    assert story.engine.dropped == []
    assert "**running**" in story.receipts[0]


async def test_late_news_of_an_ended_deployment_wakes_nobody(story: Story) -> None:
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "completed")
    await story.tell(story.dispatched[0], "in_progress")
    assert story.engine.dropped == []
    assert story.states(story.deployments[0])[-1] == "success"


async def test_a_workflow_run_that_takes_too_long_expires(story: Story) -> None:
    story.configure("environments:\n  staging:\n    time_limit: 30m\n")
    await story.say("/deploy staging")
    for _ in range(16):
        story.clock.advance(timedelta(minutes=2))
        await story.engine.drain()
    assert "**expired** · `time_limit`" in story.receipts[0]
    assert story.states(story.deployments[0])[-1] == "error"
    assert story.dispatched[0].latest.conclusion == "cancelled"


async def test_one_at_a_time_in_an_environment(story: Story) -> None:
    """A second deployment waits, says so, and then happens; another environment does not wait."""
    await story.say("/deploy staging")
    await story.say("/deploy STAGING")
    assert len(story.dispatched) == 1
    assert "**queued** · `in_turn`" in story.receipts[1]
    await story.play(story.dispatched[0], "completed")
    assert len(story.dispatched) == 2
    await story.say("/deploy production")
    assert [deployment.production for deployment in story.deployments] == [False, False, True]
    assert [deployment.environment for deployment in story.deployments] == [
        "staging",
        "staging",
        "production",
    ]


async def test_the_rest_of_the_comment_waits_for_the_deployment(story: Story) -> None:
    await story.say("/ping\n/deploy staging\n/deploy production\n/help")
    assert len(story.receipts) == 2
    await story.play(story.dispatched[0], "completed")
    assert len(story.receipts) == 3
    await story.play(story.dispatched[1], "completed")
    assert len(story.receipts) == 4
    assert all(f"**{Status.SUCCEEDED}**" in receipt for receipt in story.receipts)


async def test_a_failed_deployment_stops_the_rest_of_the_comment(story: Story) -> None:
    await story.say("/deploy staging\n/deploy production")
    await story.play(story.dispatched[0], "completed", "failure")
    (receipt,) = story.receipts
    assert "Not carried out because of this: `/deploy production`." in receipt


async def test_a_failed_deployment_does_not_block_the_next_one(story: Story) -> None:
    """The deploy workflow's own red check on the head is not held against the head."""
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "completed", "failure")
    await story.say("/deploy staging")
    assert len(story.dispatched) == 2
