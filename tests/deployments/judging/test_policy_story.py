"""What a policy refuses, from the comment to the receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, reviews

if TYPE_CHECKING:
    from tests.support.story import Story

POLICY = """\
environments:
  staging:
    parameters:
      region: {type: choice, options: [eu, us], default: eu}
  production:
    requires: [staging]
    bake: 30m
  closed:
    freeze:
      windows: [{start: 2026-11-01, end: 2026-11-30, reason: the fair}]
  late:
    branches: [release/*]
  looked-at:
    reviews: 1
  newest:
    up_to_date: true
  kept:
    teardown: {workflow: deploy.yml, longest: 2h}
  undeclared:
    inputs: {colour: red}
"""


@pytest.fixture(autouse=True)
def _green(story: Story) -> None:
    story.check("success")
    story.configure(POLICY)


@pytest.mark.parametrize(
    ("line", "reason", "words"),
    [
        ("/deploy staging --param region=mars", "parameter_invalid", "it takes one of `eu`, `us`"),
        ("/deploy staging --param size=1", "unknown_parameter", "its parameters: `region`"),
        ("/deploy production", "order_unmet", "nothing was deployed there"),
        ("/deploy closed", "freeze_window", "until 2026-12-01 00:00 UTC (the fair)"),
        ("/deploy late", "branch_refused", "takes `release/*`"),
        ("/deploy looked-at", "reviews_missing", "there are 0"),
        ("/deploy newest", "behind_base", "lacks [1 commit]"),
        ("/deploy staging --for 1h", "not_keepable", "no workflow that takes it down"),
        ("/deploy kept --for 3h", "not_keepable", "up to 2h"),
        ("/deploy undeclared", "input_undeclared", "does not declare the input `colour`"),
    ],
)
async def test_it_is_refused_and_says_what_is_missing(
    story: Story, line: str, reason: str, words: str
) -> None:
    await story.say(line)
    (receipt,) = story.receipts
    assert reason in receipt
    assert words in receipt
    assert story.dispatched == []


async def test_a_review_of_the_head_is_what_was_missing(story: Story) -> None:
    bob = story.hub.store.user("bob")
    accounts.set_role(story.repository, bob, "write")
    reviews.submit(story.hub.store, story.repository, story.pull, author=bob, state="approved")
    await story.say("/deploy looked-at")
    (run,) = story.dispatched
    assert run.inputs is not None
    assert run.inputs["environment"] == "looked-at"


async def test_production_follows_staging_after_it_has_baked(story: Story) -> None:
    """The order is refused, then the bake, then it goes ahead with the same commit."""
    await story.say("/deploy staging")
    (staging,) = story.dispatched
    assert staging.inputs is not None
    assert staging.inputs["region"] == "eu"
    await story.play(staging, "completed")
    await story.say("/deploy production")
    assert "baking" in story.receipts[-1]
    story.clock.advance(timedelta(minutes=31))
    await story.say("/deploy production")
    assert len(story.dispatched) == 2


async def test_a_push_after_staging_needs_staging_again(story: Story) -> None:
    await story.say("/deploy staging")
    await story.play(story.dispatched[0], "completed")
    story.clock.advance(timedelta(minutes=31))
    story.push()
    story.check("success")
    story.clock.advance(timedelta(minutes=1))
    await story.say("/deploy production")
    assert "order_unmet" in story.receipts[-1]
    assert "whose files are others" in story.receipts[-1]
    assert len(story.dispatched) == 1
