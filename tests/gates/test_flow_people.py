"""Whose approval counts: nobody's own, nobody's who may not, nobody's who is somebody else by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.gates.model import GateState
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, teams
from bot.localhub.state.nouns import Stranger

if TYPE_CHECKING:
    from bot.localhub.state.nouns import User
    from tests.support.gates import AtGate


def commit(
    here: AtGate, *, by: str = "ada", message: str = "More", written_by: User | Stranger | None = None
) -> None:
    """Push one more commit to the pull request's branch."""
    bot = here.bot
    git.push(
        bot.hub.store,
        bot.repository,
        "feature",
        files={"more.txt": message},
        message=message,
        author=bot.hub.store.user(by),
        written_by=written_by,
    )


async def test_the_author_of_the_pull_request_does_not_approve(here: AtGate) -> None:
    await here.open()
    assert "self_approval" in await here.say("/approve", by="ada")
    assert await here.state() is GateState.WAITING
    assert await here.words() == []


async def test_the_requester_does_not_approve(here: AtGate) -> None:
    here.asks = "bob"
    await here.open()
    assert "self_approval" in await here.say("/approve", by="bob")
    await here.say("/approve", by="eve")
    assert await here.state() is GateState.APPROVED


async def test_the_requester_approves_where_the_policy_lets_them(here: AtGate) -> None:
    here.approvals("{self: true}")
    here.asks = "bob"
    await here.open()
    await here.say("/approve", by="bob")
    assert await here.state() is GateState.APPROVED


async def test_the_author_of_a_commit_does_not_approve(here: AtGate) -> None:
    commit(here, written_by=here.bot.hub.store.user("bob"))
    await here.open()
    assert "self_approval" in await here.press("Approve", by="bob")


async def test_the_committer_of_a_commit_does_not_approve(here: AtGate) -> None:
    """Who commits another one's work could have changed it."""
    commit(here, by="bob", written_by=here.bot.ada)
    await here.open()
    assert "self_approval" in await here.say("/approve", by="bob")


@pytest.mark.parametrize("address", ["{id}+bob@users.noreply.github.com", "Bob@users.noreply.github.com"])
async def test_a_co_author_does_not_approve(here: AtGate, address: str) -> None:
    bob = here.bot.hub.store.user("bob")
    commit(here, message=f"More\n\nco-authored-by: Bob <{address.format(id=bob.id)}>")
    await here.open()
    assert "self_approval" in await here.say("/approve", by="bob")


async def test_a_co_author_whom_nobody_knows_may_be_the_approver(here: AtGate) -> None:
    """One approval more is needed, so that one of them is by somebody else whoever it was."""
    commit(here, message="More\n\nCo-authored-by: B <b@corp.example>")
    await here.open()
    await here.say("/approve", by="bob")
    gate = await here.gate()
    assert gate.state is GateState.WAITING
    assert "1 of 2 approvals" in gate.text
    assert "b…@corp.example" in (here.check.text or "")
    await here.say("/approve", by="eve")
    assert await here.state() is GateState.APPROVED


async def test_a_commit_of_no_account_may_be_the_approver_s(here: AtGate) -> None:
    commit(here, written_by=Stranger(login="B", email="b@corp.example"))
    await here.open()
    await here.say("/approve", by="bob")
    assert await here.state() is GateState.WAITING


async def test_a_commit_added_after_the_approval_is_looked_at(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    commit(here, written_by=here.bot.hub.store.user("bob"))
    await here.bot.settle()
    assert await here.state() is GateState.CLOSED


async def test_who_may_only_read_does_not_approve(here: AtGate) -> None:
    await here.open()
    answer = await here.say("/approve", by="mallory")
    assert "not_an_approver" in answer
    assert "someone with the role `write` or more who did not ask for it and wrote no part of it" in answer


async def test_who_may_only_read_does_not_reject(here: AtGate) -> None:
    await here.open()
    assert "not_an_approver" in await here.say("/reject", by="mallory")
    assert await here.state() is GateState.WAITING


async def test_the_author_may_take_it_back(here: AtGate) -> None:
    await here.open()
    await here.say("/reject", by="ada")
    assert await here.state() is GateState.REJECTED


async def test_a_role_that_was_taken_away_takes_the_approval_with_it(here: AtGate) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    accounts.set_role(here.bot.repository, here.bot.hub.store.user("bob"), "read")
    assert (await here.evaluate()).state is GateState.WAITING
    accounts.set_role(here.bot.repository, here.bot.hub.store.user("bob"), "write")
    assert (await here.evaluate()).state is GateState.APPROVED


async def test_a_login_taken_by_somebody_else_brings_no_role(here: AtGate) -> None:
    """Bob approves and gives up his name; who takes it and may write is not the one who approved."""
    await here.open()
    await here.say("/approve", by="bob")
    store = here.bot.hub.store
    accounts.rename_user(store, store.user("bob"), "robert")
    accounts.set_role(here.bot.repository, store.user("bob"), "write")
    assert (await here.evaluate()).state is GateState.WAITING


async def test_a_bot_is_no_person(here: AtGate) -> None:
    """Not even with a role: nobody can say who speaks through it."""
    robot = here.bot.hub.store.user("renovate[bot]")
    robot.type = "Bot"
    accounts.set_role(here.bot.repository, robot, "write")
    await here.open()
    assert await here.press("Approve", by="renovate[bot]") == ""
    assert await here.state() is GateState.WAITING


async def test_named_users_approve_and_nobody_else(here: AtGate) -> None:
    here.approvals("{from: {users: [MALLORY]}}")
    await here.open()
    assert "not_an_approver" in await here.say("/approve", by="bob")
    await here.say("/approve", by="mallory")
    assert await here.state() is GateState.APPROVED


async def test_members_of_a_team_within_the_named_team_approve(here: AtGate) -> None:
    store = here.bot.hub.store
    octo = store.user("octo")
    parent = teams.create(store, octo, "harbour-masters")
    child = teams.create(store, octo, "pilots", members={"mallory": "member"}, parent=parent)
    here.approvals("{from: {teams: [octo/harbour-masters]}}")
    await here.open()
    assert "not_an_approver" in await here.say("/approve", by="bob")
    await here.say("/approve", by="mallory")
    assert await here.state() is GateState.APPROVED
    teams.leave(store, child, "mallory")
    assert (await here.evaluate()).state is GateState.WAITING


async def test_two_teams_must_agree(here: AtGate) -> None:
    store = here.bot.hub.store
    octo = store.user("octo")
    teams.create(store, octo, "pilots", members={"bob": "member", "eve": "member"})
    teams.create(store, octo, "locks", members={"mallory": "member"})
    here.approvals("{count: 2, distinct_teams: 2, from: {teams: [octo/pilots, octo/locks]}}")
    await here.open()
    await here.say("/approve", by="bob")
    await here.say("/approve", by="eve")
    gate = await here.gate()
    assert gate.state is GateState.WAITING
    assert "from 1 of 2 different teams" in gate.text
    await here.say("/approve", by="mallory")
    assert await here.state() is GateState.APPROVED


async def test_an_error_in_the_permission_call_denies(here: AtGate) -> None:
    await here.open()
    here.bot.hub.faults.add(Fault(kind="status", path="/permission$", status=502))
    await here.say("/approve", by="bob")
    assert "could_not_verify" in here.answers[-1]
    assert await here.state() is GateState.WAITING


async def test_an_error_in_the_permission_call_takes_an_approval_back_until_it_can_be_read(
    here: AtGate,
) -> None:
    await here.open()
    await here.say("/approve", by="bob")
    here.bot.hub.faults.add(Fault(kind="status", path="/permission$", status=502, count=9))
    gate = await here.evaluate()
    assert (gate.state, gate.reason) == (GateState.WAITING, "could_not_verify")
    here.bot.hub.faults.clear()
    assert (await here.evaluate()).state is GateState.APPROVED


async def test_those_who_may_approve_are_asked_for_their_review(here: AtGate) -> None:
    """Neither the author nor the requester is asked."""
    store = here.bot.hub.store
    teams.create(store, store.user("octo"), "pilots", members={"bob": "member"})
    here.approvals("{from: {users: [ada, eve, nobody-at-all], teams: [octo/pilots, other/team]}}")
    await here.open()
    assert [each.login for each in here.bot.pull.reviewers] == ["eve"]
    assert [each.slug for each in here.bot.pull.team_reviewers] == ["pilots"]


async def test_nobody_is_asked_where_the_policy_says_so(here: AtGate) -> None:
    here.approvals("{request: false, from: {users: [eve]}}")
    await here.open()
    assert here.bot.pull.reviewers == []
