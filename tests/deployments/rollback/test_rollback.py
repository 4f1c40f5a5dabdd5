"""A deployment that is not healthy is put back once, its environment frozen, and an issue opened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.audit.store import newest_entries
from bot.deployments.leases.model import HoldKind
from bot.localhub.faults import Fault
from bot.localhub.state import accounts
from tests.support.healing import Production
from tests.support.health import endpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.story import Story


@pytest.fixture
async def production(story: Story) -> AsyncIterator[Production]:
    """A production whose health a test decides."""
    async with endpoint() as served:
        yield Production(story, served)


async def test_the_last_good_deployment_is_put_back_the_environment_frozen_and_an_issue_opened(
    production: Production,
) -> None:
    story = production.story
    good = await production.deploy("1")
    assert "**succeeded**" in story.receipts[0]
    bad = await production.deploy("2", status=500)
    back = story.dispatched[-1]
    assert len(story.dispatched) == 3
    assert (back.inputs["sha"], back.inputs["task"]) == (good, "rollback")
    assert back.head_branch == "main"
    await production.apply()
    assert [deployment.sha for deployment in story.deployments] == [good, bad, good]
    ends = [story.states(deployment)[-1] for deployment in story.deployments]
    assert ends == ["success", "failure", "success"]
    assert [deployment.description.rpartition(" ")[2] for deployment in story.deployments] == [
        "ada",
        "ada",
        "pilothouse",
    ]
    receipt = story.receipts[1]
    assert "**failed** · `rolled_back`" in receipt
    assert "status 500 instead of 200" in receipt
    assert f"`production` was rolled back to [`{good[:7]}`]" in receipt
    (issue,) = production.issues
    assert "`/unlock production --force REASON`" in issue
    assert "status 500 instead of 200" in issue
    assert await production.hold() is HoldKind.FREEZE


async def test_the_journal_says_that_the_bot_did_it(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    await production.deploy("2", status=500)
    await production.apply()
    written = await story.database.read(
        lambda connection: newest_entries(connection, story.repository.id, most=100)
    )
    by_bot = {each.entry.what for each in written if each.entry.actor == "pilothouse"}
    assert {"environment frozen", "rollback applying", "rollback succeeded"} <= by_bot
    assert not any("rollback" in each.entry.what for each in written if each.entry.actor == "ada")


@pytest.mark.parametrize(
    "step",
    ["known good", "rollback facts", "deployment", "dispatch", "health", "freeze", "issue", "give back"],
)
async def test_a_crash_at_any_step_puts_back_once_and_tells_once(production: Production, step: str) -> None:
    story = production.story
    await production.deploy("1")
    story.engine.crash_in(step)
    await production.deploy("2", status=500)
    await story.engine.restart()
    await story.engine.drain()
    await production.apply()
    assert len(story.deployments) == len(story.dispatched) == 3
    assert len(production.issues) == 1
    assert "`rolled_back`" in story.receipts[1]
    assert await production.hold() is HoldKind.FREEZE


async def test_every_step_done_twice_has_the_effects_of_once(production: Production) -> None:
    story = production.story
    story.engine = story.new_engine(repeat_every_step=True)
    await production.deploy("1")
    await production.deploy("2", status=500)
    await production.apply()
    assert len(story.deployments) == len(story.dispatched) == 3
    assert len(production.issues) == 1


async def test_a_rollback_that_is_not_healthy_either_is_not_rolled_back(production: Production) -> None:
    """At most once for each deployment: a second try is a person's decision."""
    story = production.story
    await production.deploy("1")
    await production.deploy("2", status=500)
    await production.apply(status=500)
    assert len(story.dispatched) == 3
    assert "**failed** · `rollback_failed`" in story.receipts[1]
    (issue,) = production.issues
    assert "could not be rolled back" in story.receipts[1]
    assert "status 500 instead of 200" in issue
    assert await production.hold() is HoldKind.FREEZE


async def test_with_nothing_good_before_nothing_is_guessed(production: Production) -> None:
    """The way out is another commit, so the environment stays open to it."""
    story = production.story
    await production.deploy("1", status=500)
    assert len(story.dispatched) == 1
    assert "**failed** · `no_good_deployment`" in story.receipts[0]
    assert "none is guessed" in story.receipts[0]
    assert production.issues == []
    assert await production.hold() is None
    await production.deploy("2")
    assert "**succeeded**" in story.receipts[1]


async def test_a_policy_may_leave_it_to_people(production: Production) -> None:
    story = production.story
    production.configure(automatic=False)
    await production.deploy("1")
    await production.deploy("2", status=500)
    assert len(story.dispatched) == 2
    assert "**failed** · `unhealthy`" in story.receipts[1]
    assert "`/rollback production`" in story.receipts[1]
    assert await production.hold() is None


async def test_a_workflow_that_fails_while_it_changes_the_environment_is_put_back_too(
    production: Production,
) -> None:
    story = production.story
    production.configure(more="    jobs:\n      apply: deploy\n")
    good = await production.deploy("1")
    story.push("2")
    story.check("success")
    await story.say("/deploy production")
    await production.apply(conclusion="failure")
    assert story.dispatched[-1].inputs["sha"] == good
    await production.apply()
    assert "`rolled_back`" in story.receipts[1]


async def test_whoever_deployed_may_have_lost_the_role_since(production: Production) -> None:
    """Nobody asks for it, so nobody's role matters: production is put back."""
    story = production.story
    await production.deploy("1")
    story.push("2")
    story.check("success")
    await story.say("/deploy production")
    accounts.set_role(story.repository, story.ada, "read")
    await production.apply(status=500)
    assert len(story.dispatched) == 3
    await production.apply()
    assert "`rolled_back`" in story.receipts[1]


async def test_github_has_a_bad_minute_just_then(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    fault = Fault(kind="status", path="/actions/workflows$", status=500)
    story.push("2")
    story.check("success")
    await story.say("/deploy production")
    story.hub.faults.add(fault)
    await production.apply(status=500)
    assert len(story.dispatched) == 2
    story.hub.faults.clear()
    await production.pass_time(rounds=6)
    assert len(story.dispatched) == 3


async def test_github_is_down_for_longer(production: Production) -> None:
    """What can be done without it is done: the environment is frozen; the issue follows when it is back."""
    story = production.story
    await production.deploy("1")
    story.push("2")
    story.check("success")
    await story.say("/deploy production")
    fault = Fault(kind="status", path="/(actions/workflows|issues)$", status=500)
    story.hub.faults.add(fault)
    await production.apply(status=500)
    await production.pass_time(rounds=15)
    assert await production.hold() is HoldKind.FREEZE
    assert "**failed** · `rollback_failed`" in story.receipts[1]
    assert production.issues == []
    story.hub.faults.clear()
    for _ in range(3):
        story.clock.advance(timedelta(minutes=5))
        await story.engine.drain()
    assert len(production.issues) == 1


async def test_a_lost_answer_opens_no_second_issue(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    await production.deploy("2", status=500)
    fault = Fault(kind="drop", method="POST", path="/issues$", after=True, count=1)
    story.hub.faults.add(fault)
    await production.apply()
    assert fault.hits == 1
    assert len(production.issues) == 1


async def test_a_workflow_that_rolls_back_and_is_missing_is_said(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    production.configure(more="      workflow: back.yml\n")
    await production.deploy("2", status=500)
    assert len(story.dispatched) == 2
    assert "**failed** · `rollback_failed`" in story.receipts[1]
    assert "`.github/workflows/back.yml`" in story.receipts[1]
    assert "`.github/workflows/back.yml`" in production.issues[0]


async def test_an_app_that_may_not_open_issues_freezes_all_the_same(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    await production.deploy("2", status=500)
    fault = Fault(kind="status", method="POST", path="/issues$", status=403)
    story.hub.faults.add(fault)
    await production.apply()
    assert "`rolled_back`" in story.receipts[1]
    assert await production.hold() is HoldKind.FREEZE
    for _ in range(60):
        story.clock.advance(timedelta(minutes=5))
        await story.engine.drain()
    assert fault.hits > 2
    assert story.engine.state_of(f"report_freeze-{story.repository.id}-{story.deployments[1].id}") == "done"


async def test_a_rollback_whose_dispatch_was_not_answered_is_not_dispatched_again(
    production: Production,
) -> None:
    """The bot's clock tells parts of a second; GitHub's times do not."""
    story = production.story
    await production.deploy("1")
    story.clock.advance(timedelta(milliseconds=400))
    lost = Fault(kind="drop", method="POST", path="/dispatches$", after=True, count=1)
    story.hub.store.listeners.append(lambda _: _add_once(story, lost))
    await production.deploy("2", status=500)
    await production.apply()
    assert lost.hits == 1
    assert [run.inputs["task"] for run in story.dispatched] == ["deploy", "deploy", "rollback"]


def _add_once(story: Story, fault: Fault) -> None:
    """Put the fault in force once the bad deployment's workflow has been dispatched."""
    if len(story.dispatched) == 2 and fault not in story.hub.faults.requests:
        story.hub.faults.add(fault)
