"""`/rollback` from the command to its end: by the right people, past gates and freezes, never past a lease."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.leases.model import HoldKind
from bot.localhub.state import accounts, pulls
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


async def test_it_goes_back_to_the_last_good_deployment(production: Production) -> None:
    story = production.story
    first = await production.deploy("1")
    second = await production.deploy("2")
    await story.say("/rollback production")
    assert story.dispatched[-1].inputs["sha"] == first
    assert story.dispatched[-1].inputs["task"] == "rollback"
    await production.apply()
    assert [deployment.sha for deployment in story.deployments] == [first, second, first]
    assert story.states(story.deployments[-1])[-1] == "success"
    assert "✅ `/rollback production` **succeeded** · `done` · for `ada`" in story.receipts[2]
    assert await production.hold() is None


async def test_the_way_back_again_is_to_name_it(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    second = await production.deploy("2")
    await story.say("/rollback production")
    await production.apply()
    await story.say("/rollback production")
    assert "**refused** · `no_good_deployment`" in story.receipts[3]
    named = story.deployments[1].id
    assert f"| `{named}` | `{second[:7]}` |" in story.receipts[3]
    await story.say(f"/rollback PRODUCTION to {named}")
    assert story.dispatched[-1].inputs["sha"] == second
    await production.apply()
    assert "**succeeded**" in story.receipts[4]


async def test_parameters_go_back_with_it(production: Production) -> None:
    story = production.story
    production.configure(more="    parameters: [region]\n")
    story.check("success")
    await story.say("/deploy production --param region=eu")
    await production.apply()
    await story.say("/deploy production --param region=us")
    await production.apply()
    assert story.dispatched[-1].inputs["region"] == "us"
    await story.say("/rollback production")
    assert story.dispatched[-1].inputs["region"] == "eu"


@pytest.mark.parametrize("command", ["/rollback production", "/rollback production to 99"])
async def test_with_nothing_deployed_it_refuses(production: Production, command: str) -> None:
    await production.story.say(command)
    assert "**refused**" in production.story.receipts[0]
    assert production.story.deployments == []


async def test_a_name_that_is_misspelt_is_answered_with_those_there_are(production: Production) -> None:
    await production.deploy("1")
    await production.story.say("/rollback prod")
    assert "nothing to `prod` yet" in production.story.receipts[1]
    assert "It has deployed to: `production`." in production.story.receipts[1]


async def test_what_was_written_wrongly_is_said(production: Production) -> None:
    await production.story.say("/rollback production to 1 or 2")
    assert "**refused** · `too_many_arguments`" in production.story.receipts[0]


async def test_neither_red_checks_nor_approvals_nor_a_freeze_window_stand_in_its_way(
    production: Production,
) -> None:
    """Whoever is on call goes back at night, with nobody there to approve."""
    story = production.story
    await production.deploy("1")
    await production.deploy("2")
    story.check("failure")
    production.configure(
        more="    requires: [staging]\n"
        "    approvals:\n      count: 2\n"
        "    freeze:\n      windows:\n        - {start: 2020-01-01, end: 2090-01-01, reason: always}\n"
        "  staging: {}\n"
    )
    await story.say("/deploy production")
    assert "**refused**" in story.receipts[2]
    await story.say("/rollback production")
    await production.apply()
    assert "**succeeded**" in story.receipts[3]


async def test_it_works_on_a_closed_pull_request(production: Production) -> None:
    """What is merged is what has to be rolled back most often."""
    story = production.story
    await production.deploy("1")
    await production.deploy("2")
    pulls.merge(story.hub.store, story.repository, story.pull, message="Merge", sender=story.ada)
    await story.say("/rollback production")
    await production.apply()
    assert "**succeeded**" in story.receipts[-1]


async def test_it_works_in_a_frozen_environment_which_stays_frozen(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    await production.deploy("2", status=500)
    await production.apply(status=500)
    await story.say("/deploy production")
    assert "**refused** · `environment_frozen`" in story.receipts[2]
    await story.say("/rollback production")
    await production.apply()
    assert "**succeeded**" in story.receipts[3]
    assert await production.hold() is HoldKind.FREEZE


async def test_its_own_bad_health_is_told_and_nothing_is_put_back_by_itself(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    await production.deploy("2")
    await story.say("/rollback production")
    await production.apply(status=500)
    assert len(story.dispatched) == 3
    assert "**failed** · `unhealthy`" in story.receipts[2]


async def test_a_role_is_needed_when_it_is_written_and_when_it_happens(production: Production) -> None:
    story = production.story
    await production.deploy("1")
    await production.deploy("2")
    await story.say("/rollback production", by="mallory")
    assert "**refused** · `not_permitted`" in story.receipts[2]
    story.engine.crash_in("facts asked")
    await story.write("/rollback production")
    accounts.set_role(story.repository, story.ada, "read")
    await story.engine.drain()
    assert "**refused** · `not_permitted`" in story.receipts[3]
    assert len(story.dispatched) == 2


async def test_it_waits_for_the_deployment_that_is_under_way_and_goes_back_before_it(
    production: Production,
) -> None:
    """Which deployment was meant is settled when the command is read, and shown."""
    story = production.story
    first = await production.deploy("1")
    second = await production.deploy("2")
    story.push("3")
    story.check("success")
    await story.say("/deploy production")
    await story.say("/rollback production")
    assert "**queued**" in story.receipts[3]
    assert len(story.dispatched) == 3
    await production.apply()
    assert story.dispatched[-1].inputs["sha"] == second != first


async def test_a_dry_run_says_where_it_would_go(production: Production) -> None:
    story = production.story
    first = await production.deploy("1")
    await production.deploy("2")
    await story.say("/plan rollback production")
    assert f"Rolling `production` back to `{first[:7]}`" in story.receipts[2]
    assert "It would be carried out now" in story.receipts[2]
    await story.say("/plan rollback production to 99")
    assert "It would not be carried out" in story.receipts[3]
    assert len(story.dispatched) == 2
