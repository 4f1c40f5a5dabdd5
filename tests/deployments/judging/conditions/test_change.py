"""Whether the change may be deployed from where it lies, and who has looked at it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.model import Reason
from bot.decisions.model import Standing
from bot.deployments.judging.conditions.change import branch, fork, mergeable, reviews, up_to_date
from bot.deployments.judging.fact_model import ReviewFact
from bot.github.models import Actor, Permission
from bot.github.review_models import ReviewState
from tests.support.commands import HEAD, OTHER, PERSON, ROBOT, WEB
from tests.support.facts import FACTS, of_pull, policy_of

if TYPE_CHECKING:
    from bot.decisions.model import Condition

BOB = Actor(id=70, login="bob")
EVE = Actor(id=71, login="eve")
FORK = of_pull(is_fork=True)
APPROVED = ReviewFact(
    person=BOB, state=ReviewState.APPROVED, sha=HEAD, permission=Permission.WRITE, url=f"{WEB}/pull/5#r1"
)


def reviewed(*found: ReviewFact, count: int = 1) -> Condition:
    """This function will tell the condition where these are the newest words of the reviewers."""
    return reviews(replace(FACTS, reviews=found), policy_of(reviews=count))


def test_a_fork_needs_the_environments_leave_and_a_maintainer() -> None:
    assert fork(FACTS, policy_of()).standing is Standing.MET
    refused = fork(FORK, policy_of())
    assert refused.reason == Reason.FORK_REFUSED
    assert "is not deployed to from forks" in refused.text
    refused = fork(FORK, policy_of(allow_forks=True))
    assert refused.reason == Reason.FORK_REFUSED
    assert "maintain" in refused.who
    maintained = replace(FORK, permission=Permission.MAINTAIN)
    assert fork(maintained, policy_of(allow_forks=True)).standing is Standing.MET


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, Standing.MET),
        ({"permission": Permission.WRITE}, Standing.UNMET),
        ({"sha": OTHER}, Standing.UNMET),
        ({"state": ReviewState.CHANGES_REQUESTED}, Standing.UNMET),
        ({"person": PERSON}, Standing.UNMET),
    ],
)
def test_a_maintainer_may_stand_for_a_forks_commit_in_a_review(
    changes: dict[str, Any], standing: Standing
) -> None:
    review = replace(replace(APPROVED, permission=Permission.MAINTAIN), **changes)
    facts = replace(FORK, reviews=(review,))
    assert fork(facts, policy_of(allow_forks=True)).standing is standing
    assert fork(facts, policy_of()).standing is Standing.UNMET


@pytest.mark.parametrize(
    ("patterns", "base", "fits"),
    [
        ([], "anything", True),
        (["main"], "main", True),
        (["main"], "main2", False),
        (["main"], "Main", False),
        (["release/*", "main"], "release/1.2", True),
        (["release/*"], "hotfix/release/1", False),
    ],
)
def test_the_base_must_be_one_of_the_branches(patterns: list[str], base: str, *, fits: bool) -> None:
    condition = branch(of_pull(base_ref=base), policy_of(branches=patterns))
    assert condition.reason == ("" if fits else Reason.BRANCH_REFUSED)


def test_approving_reviews_of_the_head_are_counted() -> None:
    assert reviewed(count=0).standing is Standing.MET
    assert reviewed(APPROVED).standing is Standing.MET
    pending = reviewed(APPROVED, count=2)
    assert (pending.standing, pending.reason) == (Standing.PENDING, Reason.REVIEWS_MISSING)
    assert pending.text == "`staging` needs 2 approving reviews of `1a2b3c4`; there are 1."


@pytest.mark.parametrize(
    "review",
    [
        replace(APPROVED, sha=OTHER),
        replace(APPROVED, state=ReviewState.DISMISSED),
        replace(APPROVED, person=PERSON),  # the author of the pull request
        replace(APPROVED, person=ROBOT),
        replace(APPROVED, permission=Permission.TRIAGE),
        replace(APPROVED, permission=Permission.NONE),
    ],
)
def test_what_does_not_count_as_an_approving_review(review: ReviewFact) -> None:
    assert reviewed(review).standing is Standing.PENDING


def test_requested_changes_are_in_the_way_of_any_number_of_approvals() -> None:
    against = replace(APPROVED, person=EVE, state=ReviewState.CHANGES_REQUESTED, sha=OTHER)
    condition = reviewed(APPROVED, against)
    assert (condition.standing, condition.text) == (Standing.UNMET, "Changes were requested by eve.")
    assert reviewed(APPROVED, replace(against, permission=Permission.READ)).standing is Standing.MET


@pytest.mark.parametrize(
    ("pull", "standing"),
    [
        ({}, Standing.MET),
        ({"is_draft": True}, Standing.UNMET),
        ({"mergeable": False}, Standing.UNMET),
        ({"mergeable": None}, Standing.UNKNOWN),
    ],
)
def test_it_must_be_mergeable_where_that_is_asked_for(pull: dict[str, Any], standing: Standing) -> None:
    condition = mergeable(of_pull(**pull), policy_of(mergeable=True))
    assert condition.standing is standing
    assert condition.reason == ("" if standing is Standing.MET else Reason.NOT_MERGEABLE)
    assert mergeable(of_pull(**pull), policy_of()).standing is Standing.MET


@pytest.mark.parametrize(
    ("behind", "standing"), [(0, Standing.MET), (1, Standing.UNMET), (None, Standing.UNKNOWN)]
)
def test_it_must_contain_its_base_where_that_is_asked_for(behind: int | None, standing: Standing) -> None:
    condition = up_to_date(of_pull(behind=behind), policy_of(up_to_date=True))
    assert condition.standing is standing
    assert condition.reason == ("" if standing is Standing.MET else Reason.BEHIND_BASE)
    assert up_to_date(of_pull(behind=behind), policy_of()).standing is Standing.MET


def test_what_the_head_lacks_is_linked() -> None:
    condition = up_to_date(of_pull(behind=3), policy_of(up_to_date=True))
    assert condition.text == (f"`1a2b3c4` lacks [3 commits]({WEB}/compare/{HEAD}...main) of `main`.")
