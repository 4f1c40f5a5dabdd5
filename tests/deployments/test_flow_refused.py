"""What was asked for is looked at again when its turn comes, and refused where it no longer stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import accounts, deployments, git, issues, runs
from tests.support.story import BRANCH, DEPLOY_YML

if TYPE_CHECKING:
    from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("deployable")


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


async def test_the_configuration_of_the_default_branch_decides(story: Story) -> None:
    story.configure(
        "environments:\n  qa:\n    workflow: ship.yml\n    checks: []\n"
        "    inputs: {tier: small}\n    parameters: [region]\n"
    )
    runs.workflow_of(story.hub.store, story.repository, "ship.yml", name="Ship")
    files = {".github/workflows/ship.yml": f"{DEPLOY_YML}      tier:\n"}
    git.push(story.hub.store, story.repository, BRANCH, files=files, message="Ship", author=story.ada)
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
