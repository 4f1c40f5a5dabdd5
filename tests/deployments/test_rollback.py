"""A deployment that is not healthy: put back once, frozen, told; and going back by a person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.lease_model import HoldKind
from tests.support.health import endpoint
from tests.support.production import Production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.story import Story


@pytest.fixture
async def production(story: Story) -> AsyncIterator[Production]:
    async with endpoint() as served:
        yield Production(story, served)


async def test_bad_health_puts_the_last_good_deployment_back_freezes_and_opens_an_issue(
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
    assert [story.states(deployment)[-1] for deployment in story.deployments] == [
        "success",
        "failure",
        "success",
    ]
    receipt = story.receipts[1]
    assert "**failed** · `rolled_back`" in receipt
    assert "status 500 instead of 200" in receipt
    assert good[:7] in receipt
    (issue,) = production.issues
    assert "`/unlock production`" in issue
    assert "status 500 instead of 200" in issue
    assert await production.hold() is HoldKind.FREEZE
