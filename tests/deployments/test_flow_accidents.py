"""Crashes, lost answers and refusals of GitHub: one receipt, one deployment, one dispatch."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import issues, runs

if TYPE_CHECKING:
    from tests.support.story import Story

pytestmark = [pytest.mark.usefixtures("deployable"), pytest.mark.no_cover]


async def test_facts_that_cannot_be_read_deny(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", path="/check-runs$", status=500))
    await story.say("/deploy staging")
    assert story.deployments == []
    assert "**refused** · `could_not_verify`" in story.receipts[0]


async def test_a_dispatch_that_github_refuses(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", method="POST", path="/dispatches$", status=422))
    await story.say("/deploy staging")
    assert "**failed** · `github_refused`" in story.receipts[0]
    assert story.states(story.deployments[0]) == ["error"]


async def test_a_deployment_that_github_refuses(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", method="POST", path="/deployments$", status=422))
    await story.say("/deploy staging")
    assert "**failed** · `github_refused`" in story.receipts[0]
    assert story.dispatched == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/deployments$"),
        ("POST", "/dispatches$"),
        ("POST", "/statuses$"),
        ("POST", "/comments$"),
        ("PATCH", r"/comments/\d+$"),
    ],
)
async def test_a_lost_answer_repeats_nothing(story: Story, method: str, path: str) -> None:
    fault = Fault(kind="drop", method=method, path=path, after=True, count=1)
    story.hub.faults.add(fault)
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "in_progress")
    await story.play(story.dispatched[0], "completed")
    assert (len(story.receipts), len(story.deployments), len(story.dispatched)) == (1, 1, 1)
    assert story.states(story.deployments[0]) == ["queued", "in_progress", "success"]
    assert "**succeeded**" in story.receipts[0]
    assert fault.hits == 1


async def test_a_run_that_ends_at_the_last_moment_cannot_be_cancelled(story: Story) -> None:
    story.configure("environments:\n  staging:\n    time_limit: 1m\n")
    await story.say("/deploy staging")
    story.hub.faults.add(Fault(kind="status", path=r"/actions/runs/\d+", status=409))
    for _ in range(48):  # it is tried for ten minutes to see its end
        story.clock.advance(timedelta(seconds=15))
        await story.engine.drain()
    assert "**expired**" in story.receipts[0]


async def test_nothing_but_the_decision_works(story: Story) -> None:
    """Neither dispatch nor status nor jobs: the receipt still tells the end."""
    story.hub.faults.add(Fault(kind="status", method="POST", path="/(dispatches|statuses)$", status=403))
    await story.say("/deploy staging")
    assert "**failed**" in story.receipts[0]
    assert story.states(story.deployments[0]) == []


async def test_failed_jobs_that_cannot_be_read_are_left_out(story: Story) -> None:
    await story.say("/deploy staging")
    story.hub.faults.add(Fault(kind="status", path="/attempts/1/jobs$", status=403))
    await story.play(story.dispatched[0], "completed", "failure")
    assert "**failed** · `workflow_failed`" in story.receipts[0]


async def test_statuses_and_looks_that_fail_do_not_stop_the_story(story: Story) -> None:
    await story.say("/deploy staging")
    story.hub.faults.add(
        Fault(kind="status", path="/statuses$", status=403),
        Fault(kind="status", method="PATCH", path="/comments", status=403),
    )
    await story.play(story.dispatched[0], "in_progress")
    assert story.states(story.deployments[0]) == ["queued"]
    story.hub.faults.clear()
    blind = Fault(kind="status", path=r"/actions/runs/\d+$", status=500, count=3)
    story.hub.faults.add(blind)
    await story.play(story.dispatched[0], "completed")
    assert blind.hits == 3
    story.clock.advance(timedelta(seconds=5))
    await story.engine.drain()
    assert "**succeeded**" in story.receipts[0]


async def test_an_ambiguous_lost_dispatch_is_not_repeated(story: Story) -> None:
    """Another run of the same workflow began at the same time: better no deployment than two."""
    story.hub.faults.add(Fault(kind="drop", method="POST", path="/dispatches$", after=True, count=1))
    workflow = runs.workflow_of(story.hub.store, story.repository, "deploy.yml")
    comment = await story.write("/deploy staging")
    by_hand = runs.NewRun(
        head_sha=story.pull.head_sha, head_branch="feature", actor=story.ada, event="workflow_dispatch"
    )
    runs.dispatch(story.hub.store, story.repository, workflow, by_hand)
    await story.engine.drain()
    assert len(story.dispatched) == 2
    assert story.engine.state_of(f"deploy-{story.repository.id}-{comment.id}-0") == "done"
    assert "**failed** · `github_refused`" in story.receipts[0]
    assert "cannot be told" in story.receipts[0]


STEPS = [
    "facts asked",
    "decision asked",
    "lease",
    "facts turn",
    "decision turn",
    "deployment",
    "record created",
    "record applying",
    "renew",
    "dispatch apply",
    "row",
    "look",
    "jobs",
    "status queued",
    "receipt running",
    "status in_progress",
    "artifact",
    "record succeeded",
    "status success",
    "give back",
    "receipt succeeded",
]


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_between_any_two_steps_deploys_once(story: Story, step: str) -> None:
    comment = await story.write("/deploy staging\n/ping")
    if step.startswith("receipt"):
        step = f"receipt {comment.id}/0 {step.split()[1]}"
    story.engine.crash_in(step)
    await story.engine.drain()
    await story.play(story.dispatched[0], "in_progress")
    await story.play(story.dispatched[0], "completed")
    assert not story.engine.dies_after(step), "the step was not reached"
    assert (len(story.receipts), len(story.deployments), len(story.dispatched)) == (2, 1, 1)
    assert story.states(story.deployments[0]) == ["queued", "in_progress", "success"]
    assert all("**succeeded**" in receipt for receipt in story.receipts)


async def test_every_step_done_twice_deploys_once(story: Story) -> None:
    story.engine = story.new_engine(repeat_every_step=True)
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "in_progress")
    await story.play(story.dispatched[0], "completed")
    assert (len(story.receipts), len(story.deployments), len(story.dispatched)) == (1, 1, 1)
    assert story.states(story.deployments[0]) == ["queued", "in_progress", "success"]


async def test_a_process_killed_while_it_waits_goes_on(story: Story) -> None:
    await story.say("/deploy staging")
    await story.engine.restart()
    await story.play(story.dispatched[0], "completed")
    assert "**succeeded**" in story.receipts[0]


async def test_a_receipt_that_someone_deleted_is_not_written_again(story: Story) -> None:
    await story.say("/deploy staging")
    receipt = story.repository.issues[story.pull.number].comments[-1]
    issues.delete_comment(story.hub.store, story.repository, receipt, deleter=story.ada)
    await story.play(story.dispatched[0], "completed")
    assert story.receipts == []
    assert story.states(story.deployments[0])[-1] == "success"
