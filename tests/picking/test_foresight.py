"""What a backport or revert would be held to, by what is known of the change and of each branch."""

from __future__ import annotations

import pytest

from bot.commands.reasons import Reason
from bot.decisions.model import Outcome, Standing
from bot.github.commit_models import GitPerson
from bot.github.models import Sha
from bot.picking.foresight import foreseen
from bot.picking.model import Change, Kind, Pick, Target, Way

ADA = GitPerson(name="Ada", email="ada@example.com", date="2026-01-01T00:00:00Z")
PICK = Pick(
    sha=Sha("a" * 40), tree="new", parent=Sha("b" * 40), parent_tree="old", message="Dredge", author=ADA
)
CHANGE = Change(number=12, title="Dredge", base_ref="main", way=Way.SQUASH, picks=(PICK,))


def target(tree: str = "old", *, tip: str = "c" * 40, open_number: int = 0) -> Target:
    return Target(branch="v1", tip=tip, tree=tree, open_number=open_number, open_url="https://example.com/45")


@pytest.mark.parametrize(
    ("kind", "tree", "said"),
    [
        (Kind.BACKPORT, "old", "nothing stands in its way"),
        (Kind.BACKPORT, "other", "unless GitHub finds"),
        (Kind.REVERT, "new", "nothing stands in its way"),
        (Kind.REVERT, "other", "unless GitHub finds"),
    ],
)
def test_what_would_come_of_it_is_said_as_far_as_it_is_known(kind: Kind, tree: str, said: str) -> None:
    decision = foreseen(kind, CHANGE, [target(tree)])
    assert decision.outcome is Outcome.PROCEED
    (part,) = decision.conditions[-1].parts
    assert said in part.text
    assert "`aaaaaaa`" in decision.conditions[0].text


def test_a_pull_request_that_is_open_already_is_pointed_at() -> None:
    decision = foreseen(Kind.BACKPORT, CHANGE, [target(open_number=45)])
    assert "[#45](https://example.com/45) is open already" in decision.conditions[-1].parts[0].text


def test_a_missing_branch_refuses_and_says_who_can_help() -> None:
    decision = foreseen(Kind.BACKPORT, CHANGE, [target(), target(tip="")])
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, Reason.BRANCH_MISSING)
    assert decision.text == "There is no branch `v1`. Create it, or name another one."
    assert [part.standing for part in decision.conditions[-1].parts] == [Standing.MET, Standing.UNMET]


@pytest.mark.parametrize(
    ("kind", "is_open", "outcome"),
    [
        (Kind.BACKPORT, True, Outcome.WAIT),
        (Kind.BACKPORT, False, Outcome.REFUSE),
        (Kind.REVERT, True, Outcome.REFUSE),
    ],
)
def test_a_backport_waits_for_the_merge_and_a_revert_does_not(
    kind: Kind, outcome: Outcome, *, is_open: bool
) -> None:
    unmerged = Change(number=12, title="Dredge", base_ref="main", way=Way.MERGE, picks=(), is_open=is_open)
    decision = foreseen(kind, unmerged, [])
    assert (decision.outcome, decision.reason) == (outcome, Reason.NOT_MERGED)
