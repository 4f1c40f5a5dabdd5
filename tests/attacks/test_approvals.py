"""Attacks on approvals and accidents with them, each named after the public report that taught it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import approval_attacks as plays
from tests.support.approval_attacks import Attack
from tests.support.guarded import POLICY, guarded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

TWO = POLICY.replace("approvals: {from", "approvals: {count: 2, from")
BY_REVIEW = TWO.replace("count: 2, ", "count: 2, reviews: true, ")

ATTACKS = (
    Attack(
        name="the requester, who is an approver, approves",
        learned_from="runatlantis/atlantis#4813",
        play=plays.by_the_requester,
        reason="self_approval",
        policy=POLICY.replace("amara, bo", "amara, bo, wren"),
    ),
    Attack(
        name="the author approves",
        learned_from="syncthing/syncthing#10419",
        play=plays.by_the_author_of_the_pull_request,
        reason="self_approval",
        policy=POLICY.replace("amara, bo", "amara, bo, ada"),
    ),
    Attack(
        name="a co-author approves",
        learned_from="palantir/policy-bot#439",
        play=plays.by_a_co_author,
        reason="self_approval",
    ),
    Attack(
        name="a contributor who is not the author approves",
        learned_from="palantir/policy-bot#583",
        play=plays.by_the_committer_of_another_name,
        reason="self_approval",
    ),
    Attack(
        name="somebody approves whom the policy does not name",
        learned_from="runatlantis/atlantis#4813",
        play=plays.by_a_stranger_to_the_policy,
        reason="not_an_approver",
    ),
    Attack(
        name="one person approves twice",
        learned_from="palantir/policy-bot#33",
        play=plays.by_the_same_person_twice,
        policy=TWO,
    ),
    Attack(
        name="a login passes to somebody else",
        learned_from="palantir/policy-bot#583",
        play=plays.by_whoever_took_the_login,
        policy=TWO,
    ),
    Attack(
        name="the approver's role is taken away",
        learned_from="palantir/policy-bot#583",
        play=plays.by_someone_who_lost_the_role_since,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is edited",
        learned_from="palantir/policy-bot#33",
        play=plays.edited_by_its_author,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is edited by somebody else",
        learned_from="palantir/policy-bot#33",
        play=plays.edited_by_somebody_else,
        policy=TWO,
    ),
    Attack(
        name="a comment is made an approval by editing it",
        learned_from="github/branch-deploy#373",
        play=plays.an_innocent_comment_made_an_approval,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is deleted",
        learned_from="palantir/policy-bot#33",
        play=plays.deleted,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is deleted, and the event lost",
        learned_from="runs-on/runs-on#539",
        play=plays.deleted_while_nobody_heard,
        policy=TWO,
    ),
    Attack(
        name="the approval is old", learned_from="runatlantis/atlantis#1122", play=plays.too_old, policy=TWO
    ),
    Attack(
        name="a push follows the approval",
        learned_from="github/branch-deploy#315",
        play=plays.then_pushed,
        policy=TWO,
    ),
    Attack(
        name="the base is changed after the approval",
        learned_from="runatlantis/atlantis#1508",
        play=plays.then_retargeted,
        policy=TWO,
    ),
    Attack(
        name="other parameters than the approved ones",
        learned_from="runatlantis/atlantis#1508",
        play=plays.of_other_parameters,
        policy=TWO,
    ),
    Attack(
        name="GitHub cannot say what the approver may do",
        learned_from="warestack/watchflow#26",
        play=plays.while_github_cannot_say_who_that_is,
        reason="could_not_verify",
    ),
    Attack(
        name="an author hides behind the 250th commit",
        learned_from="palantir/policy-bot#583",
        play=plays.of_more_commits_than_github_lists,
    ),
    Attack(
        name="the pull request brings its own policy",
        learned_from="runatlantis/atlantis#1508",
        play=plays.by_the_policy_of_the_pull_request_itself,
        reason="not_an_approver",
    ),
    Attack(
        name="reviews of an older head",
        learned_from="runatlantis/atlantis#5795",
        play=plays.by_a_review_of_an_older_head,
        policy=BY_REVIEW,
    ),
    Attack(
        name="a dismissed review",
        learned_from="runatlantis/atlantis#3372",
        play=plays.by_a_review_that_was_dismissed,
        policy=BY_REVIEW,
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
async def test_nothing_is_deployed_by_a_word_that_does_not_count(attack: Attack, tmp_path: Path) -> None:
    async with guarded(tmp_path, policy=attack.policy) as place:
        asked = await place.says("wren", "/deploy production")
        assert place.answer(asked)[0] == "waiting"

        said = await attack.play(place)

        assert place.deployed() == []
        if said is not None:
            assert place.answer(said) == ("refused", attack.reason)
