"""Reviews as approvals, where the policy says so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.gates.model import GateState
from bot.localhub.state import reviews
from tests.support.gates import plan

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Review
    from tests.support.gates import AtGate


async def review(here: AtGate, state: str, *, by: str = "bob", body: str = "") -> Review:
    """Submit a review of the head and let everything happen that follows."""
    bot = here.bot
    bot.clock.advance(timedelta(seconds=1))
    author = bot.hub.store.user(by)
    made = reviews.submit(bot.hub.store, bot.repository, bot.pull, author=author, state=state, body=body)
    await bot.settle()
    return made


@pytest.fixture
async def reviewed(here: AtGate) -> AtGate:
    """A gate at which an approving review counts."""
    here.approvals("{reviews: true}")
    return here


async def test_an_approving_review_counts(reviewed: AtGate) -> None:
    await reviewed.open()
    await review(reviewed, "approved")
    assert await reviewed.state() is GateState.APPROVED
    (word,) = await reviewed.words()
    assert (word.person.login, word.how) == ("bob", "review")


async def test_a_review_from_before_counts_where_there_is_no_plan(reviewed: AtGate) -> None:
    await review(reviewed, "approved")
    assert (await reviewed.open()).state is GateState.APPROVED


async def test_a_review_from_before_the_plan_does_not_count(reviewed: AtGate) -> None:
    await review(reviewed, "approved")
    reviewed.bot.clock.advance(timedelta(minutes=1))
    assert (await reviewed.open(summary=plan())).state is GateState.WAITING
    await review(reviewed, "approved")
    assert await reviewed.state() is GateState.APPROVED


async def test_a_review_does_not_count_where_the_policy_does_not_say_so(here: AtGate) -> None:
    await here.open()
    await review(here, "approved")
    assert await here.state() is GateState.WAITING


async def test_a_remark_approves_nothing_and_takes_nothing_back(reviewed: AtGate) -> None:
    await reviewed.open()
    await review(reviewed, "commented", body="hm")
    assert await reviewed.state() is GateState.WAITING
    await review(reviewed, "approved")
    await review(reviewed, "commented", body="well done")
    assert await reviewed.state() is GateState.APPROVED


async def test_a_dismissed_review_is_void(reviewed: AtGate) -> None:
    bot = reviewed.bot
    await reviewed.open()
    made = await review(reviewed, "approved")
    reviews.dismiss(bot.hub.store, bot.repository, bot.pull, made, dismisser=bot.ada)
    await bot.settle()
    assert await reviewed.state() is GateState.WAITING
    assert await reviewed.voids() == ["dismissed"]


async def test_changes_asked_for_keep_it_waiting_though_others_approve(reviewed: AtGate) -> None:
    await reviewed.open()
    await review(reviewed, "changes_requested", by="eve")
    await review(reviewed, "approved")
    gate = await reviewed.gate()
    assert (gate.state, gate.reason) == (GateState.WAITING, "reviews_missing")
    await review(reviewed, "approved", by="eve")
    assert await reviewed.state() is GateState.APPROVED


async def test_who_asked_for_changes_may_approve_by_command(reviewed: AtGate) -> None:
    await reviewed.open()
    await review(reviewed, "changes_requested")
    await reviewed.say("/approve", by="bob")
    assert await reviewed.state() is GateState.APPROVED


async def test_a_review_of_an_earlier_commit_does_not_count(reviewed: AtGate) -> None:
    await review(reviewed, "approved")
    reviewed.bot.push()
    await reviewed.bot.settle()
    assert (await reviewed.open()).state is GateState.WAITING


async def test_the_author_s_own_review_does_not_count(reviewed: AtGate) -> None:
    await reviewed.open()
    await review(reviewed, "approved", by="ada")
    assert await reviewed.state() is GateState.WAITING


async def test_a_review_that_a_rejection_followed_does_not_count_again(reviewed: AtGate) -> None:
    reviewed.approvals("{reviews: true, count: 2}")
    await reviewed.open()
    await review(reviewed, "approved")
    await reviewed.say("/reject", by="eve")
    reviewed.approvals("{reviews: true, count: 1}")
    assert (await reviewed.open(gate_id="gate-2")).state is GateState.WAITING


async def test_a_command_in_a_review_counts_and_is_held_to_its_text(here: AtGate) -> None:
    bot = here.bot
    await here.open()
    made = await review(here, "commented", body="Fine.\n\n/approve production")
    assert await here.state() is GateState.APPROVED
    reviews.edit(bot.hub.store, bot.repository, bot.pull, made, body="Not fine.", editor=bot.ada)
    await bot.settle()
    assert await here.state() is GateState.WAITING
    assert await here.voids() == ["edited"]


async def test_whose_review_is_void_is_asked_again_once(here: AtGate) -> None:
    """A reviewer who takes the request away again is not asked for ever."""
    bot = here.bot
    here.approvals("{reviews: true, from: {users: [bob]}}")
    await here.open()
    made = await review(here, "approved")
    assert bot.pull.reviewers == []
    reviews.dismiss(bot.hub.store, bot.repository, bot.pull, made, dismisser=bot.ada)
    await bot.settle()
    assert [each.login for each in bot.pull.reviewers] == ["bob"]
    reviews.take_back(bot.hub.store, bot.repository, bot.pull, list(bot.pull.reviewers), sender=bot.ada)
    await here.evaluate()
    assert bot.pull.reviewers == []
