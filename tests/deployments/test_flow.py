"""A deployment from the command to the end of its workflow run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.model import Status
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, deployments, issues, runs

if TYPE_CHECKING:
    from tests.support.story import Story


@pytest.fixture(autouse=True)
def green(story: Story) -> None:
    """The head's checks are green and there are two environments."""
    story.check("success")
    story.environment("staging", "production")


async def test_a_deployment_from_the_command_to_success(story: Story) -> None:
    await story.say("/deploy staging")
    (run,) = story.dispatched
    (deployment,) = story.deployments
    assert deployment.sha == run.head_sha == story.pull.head_sha
    assert run.inputs == {
        "environment": "staging",
        "sha": story.pull.head_sha,
        "deployment_id": str(deployment.id),
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


async def test_a_push_before_its_turn_deploys_nothing(story: Story) -> None:
    await story.say("/deploy staging")
    old = story.pull.head_sha
    await story.say("/deploy staging")
    new = story.push()
    await story.play(story.dispatched[0], "completed")
    assert len(story.deployments) == 1
    assert "**refused** · `head_moved`" in story.receipts[1]
    assert f"/compare/{old}...{new}" in story.receipts[1]


async def test_a_push_between_comment_and_receipt_deploys_nothing(story: Story) -> None:
    """The head is read after the push, but the person saw the commit before it."""
    await story.write("/deploy staging")
    story.clock.advance(timedelta(seconds=5))
    story.push()
    story.check("success")
    await story.engine.drain()
    assert story.deployments == []
    assert "`head_moved`" in story.receipts[0]


async def test_a_push_between_decision_and_dispatch_is_noticed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The branch is dispatched, so the run's SHA is compared with what was asked for."""
    create = deployments.create

    def create_and_push(*given: Any) -> Any:
        made = create(*given)
        story.push()
        return made

    monkeypatch.setattr(deployments, "create", create_and_push)
    await story.say("/deploy staging")
    assert story.dispatched[0].latest.conclusion == "cancelled"
    assert story.states(story.deployments[0]) == ["error"]
    assert "`head_moved`" in story.receipts[0]


async def test_a_role_taken_away_before_its_turn_denies(story: Story) -> None:
    await story.say("/deploy staging")
    await story.say("/deploy staging")
    accounts.set_role(story.repository, story.ada, "read")
    await story.play(story.dispatched[0], "completed")
    assert len(story.deployments) == 1
    assert "**refused** · `not_permitted`" in story.receipts[1]


async def test_a_pull_request_closed_before_its_turn(story: Story) -> None:
    await story.say("/deploy staging")
    await story.say("/deploy staging")
    issues.set_state(story.hub.store, story.repository, story.pull.issue, "closed", story.ada)
    await story.play(story.dispatched[0], "completed")
    assert "`pull_request_closed`" in story.receipts[1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/deploy mars", "unknown_environment"),
        ("/deploy staging 0000000", "sha_not_head"),
        ("/deploy staging main", "sha_not_head"),
        ("/deploy staging --param region=eu", "unknown_parameter"),
        ("/deploy staging --param region", "bad_flag_value"),
    ],
)
async def test_refusals(story: Story, text: str, reason: str) -> None:
    await story.say(text)
    assert story.deployments == []
    assert f"**refused** · `{reason}`" in story.receipts[0]


async def test_the_heads_own_sha_is_accepted(story: Story) -> None:
    await story.say(f"/deploy staging {story.pull.head_sha[:7].upper()}")
    assert len(story.dispatched) == 1


@pytest.mark.parametrize(
    ("conclusion", "reason"),
    [("failure", "checks_failed"), ("cancelled", "checks_failed"), (None, "checks_running")],
)
async def test_checks_that_are_not_green_block(story: Story, conclusion: str | None, reason: str) -> None:
    story.push()
    story.check("success", conclusion)
    await story.say("/deploy staging")
    assert f"**refused** · `{reason}`" in story.receipts[0]


async def test_no_checks_block(story: Story) -> None:
    story.push()
    await story.say("/deploy staging")
    assert "`checks_missing`" in story.receipts[0]


async def test_a_failed_deployment_does_not_block_the_next_one(story: Story) -> None:
    """The deploy workflow's own red check on the head is not held against the head."""
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "completed", "failure")
    await story.say("/deploy staging")
    assert len(story.dispatched) == 2


async def test_the_configuration_of_the_default_branch_decides(story: Story) -> None:
    story.configure(
        "environments:\n  qa:\n    workflow: ship.yml\n    checks: []\n"
        "    inputs: {tier: small}\n    parameters: [region]\n"
    )
    runs.workflow_of(story.hub.store, story.repository, "ship.yml", name="Ship")
    await story.say("/deploy qa --param region=eu\n/deploy staging")
    (run,) = story.dispatched
    assert run.workflow.name == "Ship"
    assert run.inputs.items() >= {"tier": "small", "region": "eu", "environment": "qa"}.items()
    await story.play(run, "completed")
    assert "`unknown_environment`" in story.receipts[1]


async def test_a_mistaken_configuration_is_shown(story: Story) -> None:
    story.configure("environments:\n  qa:\n    workflo: ship.yml\n")
    await story.say("/deploy qa")
    assert "`configuration_invalid`" in story.receipts[0]
    assert "pilothouse" in story.receipts[0]


async def test_a_missing_workflow(story: Story) -> None:
    story.configure("environments:\n  qa:\n    workflow: none.yml\n")
    await story.say("/deploy qa")
    assert "`workflow_missing`" in story.receipts[0]


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
    story.clock.advance(timedelta(minutes=1))
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
    assert story.engine.state_of(f"deploy-{comment.id}-0") == "done"
    assert "**failed** · `github_refused`" in story.receipts[0]
    assert "cannot be told" in story.receipts[0]


STEPS = [
    "facts",
    "deployment",
    "dispatch",
    "record pending",
    "look",
    "status queued",
    "record queued",
    "receipt running",
    "status in_progress",
    "record in_progress",
    "status success",
    "record success",
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
