"""What makes an approval void: whatever it was about, or the text it stands in, is another now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.gates.model import GateState
from bot.localhub.state import git, issues, pulls
from tests.support.gates import plan

if TYPE_CHECKING:
    from tests.support.gates import AtGate


@pytest.fixture
async def approved(here: AtGate) -> AtGate:
    """A gate that bob has approved by comment."""
    await here.open()
    await here.say("/approve production", by="bob")
    assert await here.state() is GateState.APPROVED
    return here


def rewrite(here: AtGate, *, author: str, message: str = "Dredge deeper") -> None:
    """Force-push a commit of the very same files."""
    bot = here.bot
    head = bot.hub.store.commits[bot.pull.head_sha]
    by = bot.hub.store.user(author)
    made = git.commit(bot.hub.store, head.files, parents=head.parents, message=message, author=by)
    git.move_branch(bot.hub.store, bot.repository, "feature", made.sha, by)


async def test_an_author_edits_the_approving_comment(approved: AtGate) -> None:
    await approved.edit(approved.comments[0], "/approve production\nand more", by="bob")
    assert await approved.voids() == ["edited"]
    assert await approved.state() is GateState.WAITING
    assert "its comment was edited" in (approved.check.text or "")


async def test_somebody_else_edits_the_approving_comment(approved: AtGate) -> None:
    """Whoever may write can edit anyone's comment: that is called tampering."""
    await approved.edit(approved.comments[0], "/approve production\n", by="ada")
    assert await approved.voids() == ["tampered"]
    assert await approved.state() is GateState.WAITING


async def test_whose_edit_it_was_is_known_later_than_the_edit(approved: AtGate) -> None:
    """The sweep comes before the event: first it is edited, then it is tampered."""
    comment = approved.comments[0]
    body, comment.body = comment.body, "I said something else"
    await approved.evaluate()
    assert await approved.voids() == ["edited"]
    comment.body = body
    await approved.edit(comment, "I said something else", by="ada")
    assert await approved.voids() == ["tampered"]


async def test_an_edit_that_is_taken_back_does_not_bring_the_approval_back(approved: AtGate) -> None:
    await approved.edit(approved.comments[0], "never mind", by="bob")
    await approved.edit(approved.comments[0], "/approve production", by="bob")
    assert await approved.voids() == ["edited"]
    assert await approved.state() is GateState.WAITING


async def test_the_approving_comment_is_deleted(approved: AtGate) -> None:
    await approved.delete(approved.comments[0], by="bob")
    assert await approved.voids() == ["deleted"]
    assert await approved.state() is GateState.WAITING


async def test_an_edit_of_which_no_event_came_is_seen_when_it_matters(approved: AtGate) -> None:
    """The comment is read again by every evaluation, so that a lost event loses nothing."""
    approved.comments[0].body = "I never said that"
    assert (await approved.evaluate()).state is GateState.WAITING
    assert await approved.voids() == ["edited"]


async def test_other_comments_may_be_edited(approved: AtGate) -> None:
    await approved.say("nice", by="bob")
    await approved.edit(approved.comments[-1], "very nice", by="eve")
    assert await approved.voids() == [""]
    assert await approved.state() is GateState.APPROVED


async def test_a_comment_edited_before_it_was_read_approves_nothing(here: AtGate) -> None:
    await here.open()
    bot = here.bot
    bob = bot.hub.store.user("bob")
    comment = issues.write_comment(
        bot.hub.store, bot.repository, bot.pull.number, body="/approve production", author=bob
    )
    comment.body = "/approve production but with care"
    await bot.settle()
    assert "approval_void" in here.answers[-1]
    assert await here.words() == []


async def test_a_push_closes_the_gate_and_voids_its_approvals(approved: AtGate) -> None:
    approved.bot.push()
    await approved.bot.settle()
    gate = await approved.gate()
    assert (gate.state, gate.reason) == (GateState.CLOSED, "head_moved")
    assert await approved.voids() == ["head_moved"]
    assert approved.check.conclusion == "cancelled"
    assert (await approved.open(gate_id="gate-2")).state is GateState.WAITING


async def test_the_same_files_by_the_same_people_keep_the_approval(approved: AtGate) -> None:
    rewrite(approved, author="ada")
    await approved.bot.settle()
    assert await approved.state() is GateState.CLOSED
    assert (await approved.open(gate_id="gate-2")).state is GateState.APPROVED


async def test_the_same_files_by_other_people_do_not_keep_the_approval(approved: AtGate) -> None:
    rewrite(approved, author="eve")
    await approved.bot.settle()
    assert await approved.voids() == ["authors_changed"]
    assert (await approved.open(gate_id="gate-2")).state is GateState.WAITING


async def test_the_same_files_with_another_co_author_do_not_keep_the_approval(approved: AtGate) -> None:
    trailer = "Dredge\n\nCo-authored-by: Eve <eve@users.noreply.github.com>"
    rewrite(approved, author="ada", message=trailer)
    await approved.bot.settle()
    assert await approved.voids() == ["authors_changed"]


async def test_a_retarget_voids_the_approvals_and_the_gate_waits_on(approved: AtGate) -> None:
    bot = approved.bot
    git.push(bot.hub.store, bot.repository, "next", files={"n": "1"}, message="Next", author=bot.ada)
    pulls.retarget(bot.hub.store, bot.repository, bot.pull, "next", sender=bot.ada)
    await bot.settle()
    assert await approved.voids() == ["base_changed"]
    assert await approved.state() is GateState.WAITING
    await approved.say("/approve", by="bob")
    assert await approved.state() is GateState.APPROVED
    assert (await approved.gate()).subject.base_ref == "next"


async def test_another_title_changes_nothing(approved: AtGate) -> None:
    bot = approved.bot
    issues.edit_issue(bot.hub.store, bot.repository, bot.pull.issue, {"title": "Other"}, bot.ada)
    await bot.settle()
    assert await approved.voids() == [""]


async def test_a_closed_pull_request_closes_the_gate(approved: AtGate) -> None:
    bot = approved.bot
    issues.set_state(bot.hub.store, bot.repository, bot.pull.issue, "closed", bot.ada)
    await bot.settle()
    gate = await approved.gate()
    assert (gate.state, gate.reason) == (GateState.CLOSED, "pull_request_closed")


async def test_another_plan_voids_the_approvals(here: AtGate) -> None:
    await here.open(summary=plan("a"))
    await here.say("/approve", by="bob")
    gate = await here.open(summary=plan("b"))
    assert gate.state is GateState.WAITING
    assert await here.voids() == ["plan_changed"]
    assert "the plan is another since" in (here.check.text or "")


async def test_a_button_that_showed_another_plan_approves_nothing(here: AtGate) -> None:
    """Whoever pressed had seen the plan from before: the button says which one."""
    await here.open(summary=plan("a"))
    old = here.check.actions[0]["identifier"]
    await here.open(summary=plan("b"))
    assert "not what you saw" in await here.press("", button=old, by="bob")
    assert await here.state() is GateState.WAITING


async def test_a_comment_from_before_the_plan_approves_nothing(here: AtGate) -> None:
    """It was written about the plan from before, and heard after the next one stood."""
    bot = here.bot
    await here.open(summary=plan("a"))
    bob = bot.hub.store.user("bob")
    issues.write_comment(
        bot.hub.store, bot.repository, bot.pull.number, body="/approve production", author=bob
    )
    bot.clock.advance(timedelta(seconds=5))
    await here.open(summary=plan("b"))
    assert "approval_void" in here.answers[-1]
    assert await here.state() is GateState.WAITING
